import { isFingerprint } from '../../cache/fingerprint.ts';
import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import type { ClipRecord } from '../../cache/record.ts';
import { prefersHtml } from '../accept.ts';
import type { Call } from '../call.ts';
import { type AnswerOptions, answerClip } from '../clip.answer.ts';
import { IMMUTABLE_CACHE_CONTROL, NAMED_CACHE_CONTROL } from '../clip.headers.ts';
import { askOrigin, type ClipRefresher, makeClip } from '../clip.make.ts';
import { readFingerprintRecord, readPointer } from '../clip.record.ts';
import { type ClipTarget, findClip } from '../clip.target.ts';
import { pendingAnswer } from '../job.answer.ts';
import { readPreference } from '../prefer.ts';

/** The query parameter of a clip. Any other would promise a file that is not the one sent. */
const FINGERPRINT_PARAMETER = 'v';

/** `GET /packages/{boundary}/{dataset}/{version}/{file}`: the clip, made on the first request. */
export function clipRoute(refresher: ClipRefresher): (call: Call) => Promise<Response> {
  return async (call) => {
    refuseOptions(call.url);
    const { boundary = '', dataset = '', version = '', file = '' } = call.params;
    const target = await findClip(call, { boundary, dataset, version, file });
    const named = call.url.searchParams.get(FINGERPRINT_PARAMETER);
    if (named !== null) return answerFingerprint(call, target, named);
    const pointer = await readPointer(call.services.store, target.path);
    const answer = pointer === null ? null : await answerPointer(call, target, pointer, refresher);
    return answer ?? answerMade(call, target);
  };
}

function refuseOptions(url: URL): void {
  const option = [...url.searchParams.keys()].find((name) => name !== FINGERPRINT_PARAMETER);
  if (option === undefined) return;
  throw new Problem(
    'unsupported-option',
    `The option ${quoted(option)} is not supported, and leaving it out would give another file than was asked for. ` +
      'A clip comes in the CRS and resolution of its source, masked to the boundary; only v={fingerprint} may be given.',
    { extensions: { option: option.slice(0, 80) } },
  );
}

async function answerFingerprint(call: Call, target: ClipTarget, fingerprint: string): Promise<Response> {
  const record = isFingerprint(fingerprint) ? await readFingerprintRecord(call.services.store, fingerprint) : null;
  const options = { cacheControl: IMMUTABLE_CACHE_CONTROL, outcome: hit(false) };
  const answer = record?.path === target.name ? await answerClip(call, target, record, options) : null;
  if (answer !== null) return answer;
  throw new Problem(
    'unknown-clip',
    `No clip at this address has the fingerprint ${quoted(fingerprint)}. Leave "v" out.`,
  );
}

function hit(isStale: boolean): AnswerOptions['outcome'] {
  return { isHit: true, isCollapsed: false, isStale };
}

/** Answers with the clip that the URL means now; when another is due, has it made behind the reader's back. */
async function answerPointer(
  call: Call,
  target: ClipTarget,
  record: ClipRecord,
  refresher: ClipRefresher,
): Promise<Response | null> {
  const isStale = target.expected !== null && target.expected !== record.fingerprint;
  const refresh = (): void => call.context.waitUntil(refresher.refresh(call.services, target));
  if (isStale) refresh();
  const options = { cacheControl: NAMED_CACHE_CONTROL, outcome: hit(isStale), onFileLost: refresh };
  return answerUnlessChanged(() => answerClip(call, target, record, options));
}

/** A source that changed before the first byte was sent has its clip planned again, once. */
async function answerUnlessChanged(answer: () => Promise<Response | null>): Promise<Response | null> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Problem && error.kind === 'source-changed') return null;
    throw error;
  }
}

async function answerMade(call: Call, target: ClipTarget): Promise<Response> {
  const { services, request, context } = call;
  const preference = readPreference(request.headers.get('prefer'));
  const deadlineMs = services.now() + preference.waitMs;
  const making = makeClip(services, target, deadlineMs);
  // The flight goes on when the client hangs up, so that those who wait for it need not wait for its lease to end.
  context.waitUntil(making.catch(() => undefined));
  let made = await making;
  let answer: Response | null = null;
  if (made.state === 'ready' && made.collapsed) {
    const { record } = made;
    answer = await answerUnlessChanged(() => answerReady(call, target, record, true));
    // The pointer may still mean a clip that cannot be sent, which is why it is being made: the origin knows better.
    if (answer === null) made = await askOrigin(services, target, deadlineMs);
  }
  if (made.state === 'pending') {
    return pendingAnswer(made.job, preference, prefersHtml(request.headers.get('accept')));
  }
  answer ??= await answerReady(call, target, made.record, false);
  if (answer === null) throw new Error(`The clip ${made.record.fingerprint} was made, but is not in the store.`);
  if (preference.applied !== null) answer.headers.set('preference-applied', preference.applied);
  return answer;
}

function answerReady(
  call: Call,
  target: ClipTarget,
  record: ClipRecord,
  isCollapsed: boolean,
): Promise<Response | null> {
  const outcome = { isHit: false, isCollapsed, isStale: false };
  return answerClip(call, target, record, { cacheControl: NAMED_CACHE_CONTROL, outcome });
}
