// @ts-check
/**
 * What the widget knows and how it changes: a pure reducer over facts, and `phaseOf`, which names the situation those facts make.
 * A phase is never stored, so that it cannot contradict them. And the reading of text. No DOM, no clock, no network.
 */
/** @import {Action, Part, Phase, Segment, State, Turn} from '../contract/types' */

import { EN } from './strings.js';

/** @type {State} */
export const INITIAL = { open: false, gate: 'needed', session: 'active', online: true, layer: null, draft: '', turns: [], limitedUntil: 0 };

/** @param {Turn | undefined} turn */
export const isActive = (turn) => !!turn && ['sending', 'searching', 'streaming'].includes(turn.status);

/** @param {Turn | undefined} turn */
export const isFinished = (turn) => !!turn && ['complete', 'refused'].includes(turn.status);

/** Events, special situations, complaints, and what is asked about them. @param {{code: string}} one */
export const isSafety = ({ code }) => /^(?:AE|SS|PQC|ASK)\b/.test(code);

/** Whether a turn reports something new, or says something new of an earlier report. @param {Turn} turn */
export const hasSafety = ({ safety: { pv, notices = [], cases = [] } = {}, carried }) => (!!pv && !carried) || [...notices, ...cases].some(isSafety);

/** @param {State} state @returns {Phase} */
export function phaseOf({ open, session, layer, gate, turns, limitedUntil, online, draft }) {
  const last = turns.at(-1);
  if (!open) return 'closed';
  if (session === 'expiring') return 'session_expiring';
  if (layer) return layer.name === 'handoff' ? 'handoff_form' : layer.name;
  if (session !== 'active') return session;
  if (gate !== 'passed') return 'gate';
  if (last && isActive(last)) return last.status;
  if (limitedUntil) return 'rate_limited';
  if (!online) return 'offline';
  if (draft) return 'composing';
  if (!last) return 'ready';
  return isFinished(last) && hasSafety(last) ? 'safety' : last.status;
}

/** @param {string} id @param {string} question @param {number} askedAt @returns {Turn} */
const newTurn = (id, question, askedAt) => ({ id, question, askedAt, status: 'sending', attempts: 1, said: [], citations: [], previous: [] });

/** What each part of the stream changes. @type {Record<string, (turn: Turn, part: Part) => Partial<Turn>>} */
const FOLDS = {
  'data-status': (turn, { data }) => ({ progress: data, status: turn.said.length ? 'streaming' : 'searching' }),
  'data-safety': (_, { data }) => ({ safety: data }),
  'data-person': (_, { data }) => ({ person: data.name }),
  'source-document': ({ citations }, { title = '', providerMetadata: { medinfo: { n = 0, href: url, docId: doc_id, chunkId: chunk_id, effectiveDate: effective_date, ...same } = {} } = {} }) =>
    (n ? { citations: [...citations, { n, title, url, doc_id, chunk_id, effective_date, ...same }] } : {}),
  'data-segment': ({ said }, { data }) => ({ status: 'streaming', said: [...said, data] }),
  'data-answer': (turn, { data }) => ({ answer: data, citations: data.citations, safety: data.safety ?? turn.safety }),
  error: (turn, { errorText: message }) => ({ message, status: turn.said.length ? 'incomplete' : 'failed', retryable: true }),
  abort: () => ({ status: 'stopped' }),
  finish: () => ({ finished: true }),
};

/** Whether a part is one the widget reads, or one that says nothing it needs. @param {Part} part */
export const isKnown = ({ type }) => Object.hasOwn(FOLDS, type) || /^(?:start|finish-step|text-|data-citations|data-outcome|message-)/.test(type);

/** A turn whose stream ended: without `finish` it is not whole. @param {Turn} turn @returns {Turn} */
function settle(turn) {
  if (!isActive(turn)) return turn;
  if (!turn.finished) return { ...turn, status: 'incomplete', retryable: true };
  return { ...turn, status: (turn.answer?.outcome ?? 'answered') === 'answered' ? 'complete' : 'refused' };
}

/** The statements of a turn: of the whole answer, of its text where it has none (a decline), or what was heard so far. @param {Turn} turn @returns {Segment[]} */
export const segmentsOf = ({ answer, said }) => answer?.segments.length ? answer.segments
  : answer?.text?.split(/\n+/).map((text) => ({ text, citations: [], kind: 'notice' })) ?? said;

/** Numbers of the sources that statements of a turn point to. @param {Turn} turn */
export const citedIn = (turn) => new Set(segmentsOf(turn).flatMap((one) => one.citations));

/** @param {State} state @param {string} id @param {(turn: Turn) => Turn} change @returns {State} */
const onTurn = (state, id, change) => ({ ...state, turns: state.turns.map((turn) => (turn.id === id ? change(turn) : turn)) });

/**
 * 401 brings the gate back with the question kept, 429 waits, other 4xx are final, the rest may be tried again.
 * @param {State} state @param {Extract<Action, {type: 'failed'}>} action @returns {State}
 */
function fail(state, { id, status = 0, retryAfter = 30, message, at }) {
  if (status === 401) {
    const { question = '' } = state.turns.find((one) => one.id === id) ?? {};
    return { ...state, gate: 'lapsed', draft: state.draft || question, turns: state.turns.filter((one) => one.id !== id) };
  }
  const limited = status === 429;
  /** @param {Turn} turn @returns {Turn['status']} */
  const kind = (turn) => (limited ? 'rate_limited' : !state.online ? 'offline' : turn.said.length ? 'incomplete' : 'failed');
  const retryable = limited || status < 400 || status >= 500;
  return {
    ...onTurn(state, id, (turn) => (isActive(turn) ? { ...turn, message: limited ? undefined : message, status: kind(turn), retryable } : turn)),
    ...(limited && { limitedUntil: at + retryAfter * 1000 }),
  };
}

/** @type {(session: 'expired' | 'ended') => (state: State) => State} */
const over = (session) => ({ open, online, draft }) => ({ ...INITIAL, open, online, draft, session });

/** @type {{[K in Action['type']]: (state: State, action: Extract<Action, {type: K}>) => State}} */
const ACTIONS = {
  set: (state, { facts }) => ({ ...state, ...facts }),
  send: (state, { id, text, at }) => {
    const turn = newTurn(id, text, at);
    return { ...state, draft: '', turns: [...state.turns, state.online ? turn : { ...turn, status: 'offline', retryable: true }] };
  },
  retry: (state, { id, at }) => onTurn(state, id, ({ question, attempts, previous, answer }) => ({
    ...newTurn(id, question, at), attempts: attempts + 1, previous: answer ? [...previous, answer] : previous, status: state.online ? 'sending' : 'offline',
  })),
  // What follows an error, an abort or a stop is not read.
  part: (state, { id, part }) => onTurn(state, id, (turn) => {
    if (!isActive(turn) || !Object.hasOwn(FOLDS, part.type)) return turn;
    return { ...turn, carried: state.turns.some((one) => one.id !== id && one.safety?.pv), ...FOLDS[part.type](turn, part) };
  }),
  closed: (state, { id }) => onTurn(state, id, settle),
  resumed: (state, { id }) => onTurn(state, id, ({ question, askedAt, attempts, previous }) => ({ ...newTurn(id, question, askedAt), attempts, previous })),
  stop: (state, { id }) => onTurn(state, id, (turn) => (isActive(turn) ? { ...turn, status: 'stopped', retryable: true } : turn)),
  failed: fail,
  rated: (state, { id, rating }) => onTurn(state, id, (turn) => ({ ...turn, rating })),
  expired: over('expired'),
  ended: over('ended'),
  new: (state) => ({ ...INITIAL, open: state.open, online: state.online, draft: state.draft, gate: state.gate }),
};

/** @param {State} state @param {Action} action @returns {State} */
export const reduce = (state, action) => /** @type {any} */ (ACTIONS)[action.type](state, action);

/**
 * Server-sent events by section 9.2.6 of the HTML standard: text as it arrives, the data of whole events out.
 * @param {(data: string) => void} onData
 */
export function createParser(onData) {
  let rest = '';
  /** @type {string[]} */
  let data = [];
  /** @param {RegExp} ends what ends a line here */
  const drain = (ends) => {
    const lines = rest.split(ends);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (/^data(:|$)/.test(line)) data.push(line.slice(5).replace(/^ /, ''));
      if (line || !data.length) continue;
      onData(data.join('\n'));
      data = [];
    }
  };
  return {
    /** @param {string} chunk a CR at its very end may be half of CRLF */
    push(chunk) {
      rest += chunk;
      if (/[\r\n]/.test(chunk)) drain(/\r\n|\n|\r(?!$)/);
    },
    end: () => drain(/\r\n|\n|\r/),
  };
}

const MONTH = `(?:${EN.months}|ene|abr|ago|dic)[a-z]*`;
/** @type {[string, RegExp][]} */
const IDENTIFIERS = [
  ['email', /\S@\S+\.[a-z]{2}/i],
  ['phone', /\d{3}[\s().-]{1,2}\d{3}[\s.-]\d{4}\b|\b\d{3}-\d{4}\b|\+\d[\d\s.-]{7}/],
  ['date', new RegExp(`(?<![\\d.])(?:\\d{1,2}|\\d{4})([/.-])\\d{1,2}\\1(?:\\d{2}){1,2}\\b|\\b(?:\\d{1,2}(?: de)? ${MONTH}|${MONTH} \\d{1,2})(?: de)?,? \\d{4}\\b`, 'i')],
  ['number', /\b\d{6,}\b|\bMRN\b/i],
];

/** Kinds of personal identifiers a question seems to hold: a reminder to its writer; the service masks on its own account. @param {string} text */
export const identifiersIn = (text) => IDENTIFIERS.filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind);

/** An absolute http(s) address, or null. @param {string | undefined} address @param {string | URL} base */
export function safeUrl(address, base) {
  const url = address && URL.canParse(address, base) ? new URL(address, base) : null;
  return url && /^https?:$/.test(url.protocol) ? url : null;
}
