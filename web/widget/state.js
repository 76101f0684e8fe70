// @ts-check
/**
 * What the widget knows and how it changes: a pure reducer over facts, and `phaseOf`, which names the situation those facts make.
 * A phase is never stored, so that it cannot contradict them. No DOM, no clock, no network.
 */
/** @import {Action, Answer, Citation, Part, Phase, Segment, State, Turn} from '../contract/types' */
import { statementsIn } from './text.js';

/** @type {State} */
export const INITIAL = {
  open: false,
  gate: 'needed',
  session: 'active',
  online: true,
  layer: null,
  draft: '',
  turns: [],
  limitedUntil: 0,
  surveyed: false,
};

/** @param {Turn | undefined} turn */
export const isActive = (turn) => !!turn && ['sending', 'searching', 'streaming'].includes(turn.status);

/** @param {Turn | undefined} turn */
export const isFinished = (turn) => !!turn && ['complete', 'refused'].includes(turn.status);

/**
 * @param {State} state
 * @returns {Phase}
 */
export function phaseOf(state) {
  const last = state.turns.at(-1);
  if (!state.open) return 'closed';
  if (state.session === 'expiring') return 'session_expiring';
  if (state.layer) return state.layer.name === 'handoff' ? 'handoff_form' : state.layer.name;
  if (state.session !== 'active') return state.session;
  if (state.gate !== 'passed') return 'gate';
  if (last && isActive(last)) return last.status;
  if (state.limitedUntil) return 'rate_limited';
  if (!state.online) return 'offline';
  if (state.draft) return 'composing';
  if (!last) return 'ready';
  return isFinished(last) && hasSafety(last) ? 'safety' : last.status;
}

/** Whether a code concerns safety: events, special situations, complaints, and what is asked about them. @param {string} code */
export const isSafety = (code) => /^(?:AE|SS|PQC|ASK)\b/.test(code);

/** Whether a turn has something to say of safety: a report, and what is new of one made earlier. @param {Turn} turn */
export const hasSafety = ({ safety: { pv, notices = [], cases = [] } = {}, carried }) =>
  (!!pv && !carried) || [...notices, ...cases].some(({ code }) => isSafety(code));

/**
 * @param {string} id
 * @param {string} question
 * @param {number} askedAt
 * @returns {Turn}
 */
const newTurn = (id, question, askedAt) => ({
  id, question, askedAt, status: 'sending', attempts: 1, text: '', citations: [], previous: [],
});

/**
 * @param {Citation[]} citations
 * @param {Citation[]} more
 */
function mergeCitations(citations, more) {
  const byNumber = new Map(citations.map((citation) => [citation.n, citation]));
  for (const citation of more) byNumber.set(citation.n, { ...byNumber.get(citation.n), ...citation });
  return [...byNumber.values()].sort((a, b) => a.n - b.n);
}

/** A source as the stream names its fields. @param {any} source @returns {Citation} */
const fromStream = ({ docId: doc_id, effectiveDate: effective_date, chunkId: chunk_id, ...same }) => ({ ...same, doc_id, effective_date, chunk_id });

/** @type {Record<string, (turn: Turn, part: Part) => Partial<Turn>>} */
const FOLDS = {
  'data-status': (turn, { data }) => ({ progress: data, status: turn.text ? 'streaming' : 'searching' }),
  'data-safety': (_, { data }) => ({ safety: data }),
  'source-document': (turn, { title = '', providerMetadata }) => {
    const source = providerMetadata?.medinfo;
    return source?.n ? { citations: mergeCitations(turn.citations, [{ ...fromStream(source), n: source.n, title }]) } : {};
  },
  'text-delta': (turn, { delta = '' }) => ({ status: 'streaming', text: turn.text + delta }),
  'data-citations': (turn, { data }) => ({ citations: mergeCitations(turn.citations, data.map(fromStream)) }),
  'data-answer': (turn, { data }) => ({ answer: data, citations: data.citations, safety: data.safety ?? turn.safety }),
  'data-outcome': (_, { data }) => ({ outcome: data }),
  error: (turn, { errorText: message }) => ({ message, status: turn.text ? 'incomplete' : 'failed', retryable: true }),
  abort: () => ({ status: 'stopped' }),
  finish: () => ({ finished: true }),
};

/** Parts that say nothing the widget needs. */
const SILENT = new Set(['start', 'start-step', 'text-start', 'text-end', 'finish-step', 'message-metadata']);

/** @param {Part} part */
export const isKnown = (part) => Object.hasOwn(FOLDS, part.type) || SILENT.has(part.type);

/**
 * A turn after one more part of its stream; what follows an error, an abort or a stop is not read.
 * @param {Turn} turn
 * @param {Part} part
 * @returns {Turn}
 */
export const fold = (turn, part) =>
  isActive(turn) && Object.hasOwn(FOLDS, part.type) ? { ...turn, ...FOLDS[part.type](turn, part) } : turn;

/** @param {Turn} turn a turn whose stream ended @returns {Turn} */
function settle(turn) {
  if (!isActive(turn)) return turn;
  if (!turn.finished) return { ...turn, status: 'incomplete', retryable: true };
  const declined = turn.answer ? turn.answer.outcome !== 'answered' : !!turn.outcome;
  return { ...turn, status: declined ? 'refused' : 'complete' };
}

/**
 * The statements of a turn, from the whole answer or, until it is there and where it has none (a decline), from the text.
 * @param {Turn} turn
 * @returns {{segments: Segment[], unknown: number[]}}
 */
export function segmentsOf(turn) {
  const { answer } = turn;
  const known = new Set(turn.citations.map((citation) => citation.n));
  if (!answer?.segments.length) return statementsIn(answer?.text ?? turn.text, known, isActive(turn));
  return { segments: answer.segments, unknown: answer.segments.flatMap((segment) => segment.citations.filter((n) => !known.has(n))) };
}

/**
 * @param {State} state
 * @param {string} id
 * @param {(turn: Turn) => Turn} change
 * @returns {State}
 */
const onTurn = (state, id, change) => ({
  ...state, turns: state.turns.map((turn) => (turn.id === id ? change(turn) : turn)),
});

/**
 * A request that failed: 401 brings the gate back with the question kept, 429 waits, other 4xx are final, the rest may be tried again.
 * @param {State} state
 * @param {Extract<Action, {type: 'failed'}>} action
 * @returns {State}
 */
function fail(state, { id, status = 0, retryAfter = 30, message, at }) {
  const turn = state.turns.find((one) => one.id === id);
  if (status === 401) {
    return { ...state, gate: 'lapsed', draft: state.draft || turn?.question || '', turns: state.turns.filter((one) => one !== turn) };
  }
  if (status === 429) {
    const limitedUntil = at + retryAfter * 1000;
    return { ...onTurn(state, id, (one) => ({ ...one, status: 'rate_limited', retryable: true })), limitedUntil };
  }
  /** @param {Turn} one @returns {Turn['status']} */
  const kind = (one) => (state.online ? (one.text ? 'incomplete' : 'failed') : 'offline');
  return onTurn(state, id, (one) => (isActive(one) ? { ...one, message, status: kind(one), retryable: status < 400 || status >= 500 } : one));
}

/** @param {Turn} turn @param {number} at @param {boolean} online @returns {Turn} */
function again(turn, at, online) {
  const previous = turn.answer ? [...turn.previous, turn.answer] : turn.previous;
  const status = online ? 'sending' : 'offline';
  return { ...newTurn(turn.id, turn.question, at), attempts: turn.attempts + 1, previous, status };
}

/** @type {{[K in Action['type']]: (state: State, action: any) => State}} */
const ACTIONS = {
  open: (state) => ({ ...state, open: true }),
  close: (state) => ({ ...state, open: false }),
  attested: (state) => ({ ...state, gate: 'passed' }),
  declined: (state) => ({ ...state, gate: 'declined' }),
  gate: (state) => ({ ...state, gate: 'needed' }),
  draft: (state, { text }) => ({ ...state, draft: text }),
  online: (state, { value }) => ({ ...state, online: value }),
  send: (state, { id, text, at }) => {
    const turn = newTurn(id, text, at);
    return { ...state, draft: '', turns: [...state.turns, state.online ? turn : { ...turn, status: 'offline', retryable: true }] };
  },
  retry: (state, { id, at }) => onTurn(state, id, (turn) => again(turn, at, state.online)),
  part: (state, { id, part }) => {
    const carried = state.turns.some((turn) => turn.id !== id && turn.safety?.pv);
    return onTurn(state, id, (turn) => {
      const next = fold(turn, part);
      return next === turn ? turn : { ...next, carried };
    });
  },
  closed: (state, { id }) => onTurn(state, id, settle),
  resumed: (state, { id }) => onTurn(state, id, ({ question, askedAt, attempts, previous }) => ({ ...newTurn(id, question, askedAt), attempts, previous })),
  stop: (state, { id }) => onTurn(state, id, (turn) => (isActive(turn) ? { ...turn, status: 'stopped', retryable: true } : turn)),
  failed: fail,
  limit_over: (state) => ({ ...state, limitedUntil: 0 }),
  layer: (state, { layer }) => ({ ...state, layer }),
  rated: (state, { id, rating }) => onTurn(state, id, (turn) => ({ ...turn, rating })),
  surveyed: (state) => ({ ...state, surveyed: true, layer: null }),
  expiring: (state) => ({ ...state, session: 'expiring' }),
  extended: (state) => ({ ...state, session: 'active' }),
  expired: (state) => ({ ...INITIAL, open: state.open, online: state.online, draft: state.draft, session: 'expired' }),
  ended: (state) => ({ ...INITIAL, open: state.open, online: state.online, draft: state.draft, session: 'ended' }),
  new: (state) => ({ ...state, session: 'active', layer: null, turns: [], limitedUntil: 0, surveyed: false }),
  restore: (state, { turns, draft, surveyed }) => ({ ...state, turns, draft, surveyed }),
};

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export const reduce = (state, action) => ACTIONS[action.type](state, action);

/**
 * @param {State} state
 * @param {(state: State, before: State) => void} onChange
 */
export function createStore(state, onChange) {
  return {
    get: () => state,
    /** @param {Action} action */
    dispatch(action) {
      const before = state;
      state = reduce(state, action);
      if (state !== before) onChange(state, before);
    },
  };
}
