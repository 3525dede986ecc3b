-- What making a clip has come to. One row for each fingerprint.
CREATE TABLE jobs (
  id text PRIMARY KEY,
  path text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'ready', 'failed')),
  progress real NOT NULL DEFAULT 0,
  message text NOT NULL,
  -- Grows with every attempt. Only the latest one may write its outcome.
  attempt integer NOT NULL DEFAULT 0,
  problem jsonb,
  created timestamptz NOT NULL DEFAULT now(),
  started timestamptz,
  finished timestamptz,
  touched timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX jobs_queued ON jobs (touched) WHERE state = 'queued';

-- Clips whose recipe is complete, by fingerprint.
CREATE TABLE clips (
  fingerprint text PRIMARY KEY,
  path text NOT NULL,
  bytes bigint NOT NULL,
  etag text NOT NULL,
  media_type text NOT NULL,
  boundary_digest text NOT NULL,
  created timestamptz NOT NULL,
  stored boolean NOT NULL DEFAULT false,
  sha256 text
);

-- What a named URL means now.
CREATE TABLE pointers (
  path text PRIMARY KEY,
  boundary text NOT NULL,
  fingerprint text NOT NULL REFERENCES clips (fingerprint)
);
CREATE INDEX pointers_boundary ON pointers (boundary);
CREATE INDEX pointers_fingerprint ON pointers (fingerprint);
