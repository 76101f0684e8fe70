// @ts-check
/** A question on its way: sent, read part by part, read again when the stream breaks, given up when it falls silent, told to listeners. */
/** @import {Part, Translate, Turn} from '../contract/types' */
import { ServiceError } from './client.js';
import { faultLines } from './turn.js';
import { hasSafety, isActive, isFinished, isKnown, segmentsOf } from './state.js';

const STALL_MS = 45_000;
const SLOW_MS = 8_000;
const SPOKEN_EVERY_MS = 2_000;
const EARLIER_QUESTIONS = 10;

/** @param {unknown} error @returns {{status?: number, retryAfter?: number, message?: string}} */
const asFailure = (error) =>
  error instanceof ServiceError ? { status: error.status, retryAfter: error.retryAfter, message: error.message || undefined } : {};

/**
 * Whole sentences, one at a time, so that a listener can follow.
 * @param {(text: string) => void} say
 */
function createReader(say) {
  /** @type {string[]} */
  const waiting = [];
  const next = () => {
    if (!waiting.length) return;
    say(waiting[0]);
    setTimeout(() => { waiting.shift(); next(); }, SPOKEN_EVERY_MS);
  };
  return (/** @type {string} */ sentence) => {
    if (sentence && waiting.push(sentence) === 1) next();
  };
}

/**
 * @param {object} exchange
 * @param {import('./client.js').Client} exchange.client
 * @param {ReturnType<typeof import('./state.js')['createStore']>} exchange.store
 * @param {import('./session.js').Session} exchange.session
 * @param {Translate} exchange.t
 * @param {(text: string) => void} exchange.say politely
 * @param {(text: string) => void} exchange.warn at once
 * @param {(name: string, detail?: object) => void} exchange.emit
 * @param {(turn: Turn) => string} exchange.safetyText
 * @param {() => void} exchange.onSettled
 */
export function createExchange({ client, store: { get, dispatch }, session, t, say, warn, emit, safetyText, onSettled }) {
  const read = createReader(say);
  const turnOf = (/** @type {string} */ id) => get().turns.find((turn) => turn.id === id);
  /** @type {AbortController | undefined} */
  let running;
  let spoken = 0;

  /** @param {string} id @param {string} trigger */
  const body = (id, trigger) => {
    const { turns } = get();
    const before = turns.slice(0, turns.findIndex((turn) => turn.id === id)).filter(isFinished);
    const asked = [...before, ...turns.filter((turn) => turn.id === id)].slice(-EARLIER_QUESTIONS);
    const messages = asked.map((turn) => ({ id: turn.id, role: 'user', parts: [{ type: 'text', text: turn.question }] }));
    return { id: session.id, messages, trigger };
  };

  /** @param {string} id @param {Part} part */
  const take = (id, part) => {
    if (!isKnown(part)) return emit('error', { code: 'UNKNOWN_PART', type: part.type });
    dispatch({ type: 'part', id, part });
    const turn = turnOf(id);
    if (part.type === 'data-safety' && turn && hasSafety(turn)) warn(safetyText(turn));
    if (part.type === 'data-answer') session.known = part.data.conversation_id;
    if (part.type === 'text-delta' && turn && session.settings.aloud) {
      for (const { text } of segmentsOf(turn).segments.slice(spoken)) read(text);
      spoken = segmentsOf(turn).segments.length;
    }
  };

  /** @param {string} id @param {import('./client.js').Hooks} hooks @returns whether a broken turn was read again to its end */
  const readAgain = async (id, hooks) => {
    const turn = turnOf(id);
    if (!isActive(turn) || turn?.finished || hooks.signal.aborted) return false;
    const stream = await client.resume(session.id, hooks.signal).catch(() => undefined);
    if (!stream) return false;
    dispatch({ type: 'resumed', id });
    return stream(hooks).then(() => true, () => false);
  };

  const countDown = () => {
    warn(t('limited', { s: Math.max(1, Math.ceil((get().limitedUntil - Date.now()) / 1000)) }));
    const timer = setInterval(() => {
      if (Date.now() < get().limitedUntil) return;
      clearInterval(timer);
      dispatch({ type: 'limit_over' });
      say(t('limitOver'));
    }, 1000);
  };

  /** @param {Turn} turn */
  const tellFinished = (turn) => {
    const { segments, unknown } = segmentsOf(turn);
    const sentences = segments.filter((segment) => segment.kind !== 'notice');
    const m = new Set(segments.flatMap((segment) => segment.citations)).size;
    const ids = { answerId: turn.answer?.answer_id, conversationId: session.known, outcome: turn.answer?.outcome };
    for (const n of unknown) emit('error', { code: 'UNKNOWN_CITATION', n, ...ids });
    emit('answer', ids);
    say(turn.status === 'refused' ? (segments[0]?.text ?? t('declinedNone')) : t('ready', { n: sentences.length, m }));
  };

  /** @param {Turn} turn */
  const tellFault = (turn) => {
    emit('error', { code: turn.status.toUpperCase() });
    if (turn.status === 'rate_limited') return countDown();
    return warn(faultLines(turn, t).join(' '));
  };

  return {
    /** @param {string} id of a turn @param {'submit-message' | 'regenerate-message'} trigger */
    async run(id, trigger) {
      if (!get().online) return warn(t('offline'));
      const abort = new AbortController();
      running = abort;
      spoken = 0;
      let stall = 0;
      const onAlive = () => {
        clearTimeout(stall);
        stall = window.setTimeout(() => abort.abort(), STALL_MS);
      };
      const slow = window.setTimeout(() => say(t('slow')), SLOW_MS);
      const hooks = { signal: abort.signal, onAlive, onPart: (/** @type {Part} */ part) => take(id, part) };
      say(t('looking'));
      onAlive();
      const failure = await client.chat(body(id, trigger), hooks).then(() => undefined, asFailure);
      const whole = !failure?.status && (await readAgain(id, hooks));
      dispatch(failure && !whole ? { type: 'failed', id, at: Date.now(), ...failure } : { type: 'closed', id });
      [stall, slow].forEach(clearTimeout);
      running = undefined;
      const turn = turnOf(id);
      for (const one of turn?.safety?.cases ?? []) emit('case', { caseId: one.case_id, code: one.code });
      if (turn) (isFinished(turn) ? tellFinished : tellFault)(turn);
      onSettled();
    },
    stop: () => running?.abort(),
  };
}
