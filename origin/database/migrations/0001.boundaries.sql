CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Valid multipolygons by the digest of their coordinates; never changed. A boundary that gets a new shape points to
-- another row, so clips that are being made from the old one are not disturbed.
CREATE TABLE geometries (
  digest text PRIMARY KEY,
  geom geometry(MultiPolygon, 4326) NOT NULL,
  vertices integer NOT NULL,
  -- West, south, east, north of all parts. Numbers of full precision.
  bbox jsonb NOT NULL,
  -- The prepared boundary in its serialised form.
  prepared bytea NOT NULL
);
-- Incompressible, and read whole.
ALTER TABLE geometries ALTER COLUMN prepared SET STORAGE EXTERNAL;
CREATE INDEX geometries_geom ON geometries USING gist (geom);

CREATE TABLE boundaries (
  id text PRIMARY KEY,
  name text NOT NULL,
  long_name text NOT NULL,
  level integer NOT NULL CHECK (level >= 0),
  -- What it was loaded from. Two sources may not claim one id.
  source text NOT NULL,
  -- Made on demand from a bounding box or a geometry that a user sent; not listed.
  ad_hoc boolean NOT NULL DEFAULT false,
  digest text NOT NULL REFERENCES geometries (digest),
  -- What was repaired, as the loader reported it.
  report jsonb NOT NULL DEFAULT '{}',
  loaded timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX boundaries_digest ON boundaries (digest);
CREATE INDEX boundaries_long_name ON boundaries USING gin (long_name gin_trgm_ops);
