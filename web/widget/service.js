// @ts-check
/** The service over HTTP; what this tab remembers; and a question on its way: read part by part, read again when the stream breaks, given up when it falls silent. */
/** @import {Kept, Part, Turn} from '../contract/types' */
/** @import {Widget} from './app.js' */
import { citedIn, createParser, hasSafety, isActive, isFinished, isKnown, segmentsOf } from './state.js';
import { faultLines, safetyLines } from './turn.js';

export const IDLE_MS = 30 * 60_000;
const STALL_MS = 45_000;
const SLOW_MS = 8_000;
const SPOKEN_EVERY_MS = 2_000;
const KEPT_TURNS = 10;
/** So many statements are painted at once; the first comes alone. */
const AT_ONCE = 3;

/** What follows is a task of its own, after the next frame where there is one, so that the page stays at hand. */
export const pause = () => new Promise((next) => {
  requestAnimationFrame(() => setTimeout(next));
  setTimeout(next, 100);
});

/** A random id; `crypto.randomUUID` exists on secure origins only. */
export const newId = () => crypto.getRandomValues(new Uint32Array(4)).join('-');

/** One entry of session storage, for clinics share workstations: gone after 30 idle minutes, at the end of the chat and with the tab. @param {string} origin */
export function recall(origin) {
  const key = `medinfo-chat ${origin}`;
  /** @template T @param {() => T} use storage may be switched off or full: the chat works without */
  const attempt = (use) => {
    try {
      return use();
    } catch {
      return undefined;
    }
  };
  const found = attempt(() => JSON.parse(sessionStorage.getItem(key) ?? ''));
  return {
    /** @type {Kept} */
    kept: Date.now() - found?.activeAt < IDLE_MS ? found : { id: newId(), activeAt: Date.now() },
    keep: (/** @type {Kept | undefined} */ now) => attempt(() => {
      if (now) sessionStorage.setItem(key, JSON.stringify({ ...now, turns: now.turns?.filter(isFinished).slice(-KEPT_TURNS) }));
      else sessionStorage.removeItem(key);
    }),
  };
}

/** Fails with the `status` and `retryAfter` (seconds) of a reply; without them when there was none. @param {Widget} w */
export const createCall = (w) => /** @param {string} path @param {unknown} [body] @param {AbortSignal} [signal] */ async (path, body, signal) => {
  const [bearer, key] = [await w.bearer(), w.host.getAttribute('site-key')];
  const reply = await fetch(new URL(path, w.endpoint), {
    credentials: 'omit',
    signal,
    headers: {
      ...(!!body && { 'Content-Type': 'application/json' }),
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
      ...(key && { 'X-Site-Key': key }),
    },
    ...(!!body && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (reply.ok) return reply;
  const { error } = await reply.json().catch(() => ({}));
  throw Object.assign(new Error(error?.message), { status: reply.status, retryAfter: Number(reply.headers.get('retry-after')) || undefined });
};

/** @param {Widget} w */
export function createExchange(w) {
  const { t } = w;
  const turnOf = (/** @type {string} */ id) => w.state.turns.find((turn) => turn.id === id);
  /** @type {AbortController | undefined} */
  let running;
  let stall = 0;
  let silentFrom = 0;

  /** Whole sentences, one at a time, so that a listener can follow. @param {string} sentence */
  const read = (sentence) => {
    const now = Date.now();
    setTimeout(() => w.say(sentence), silentFrom - now);
    silentFrom = Math.max(silentFrom, now) + SPOKEN_EVERY_MS;
  };

  const alive = () => {
    clearTimeout(stall);
    stall = window.setTimeout(() => running?.abort(), STALL_MS);
  };

  /** @param {string} id @param {Part} part */
  const take = (id, part) => {
    if (!isKnown(part)) return w.emit('error', { code: 'UNKNOWN_PART', type: part.type });
    w.dispatch({ type: 'part', id, part });
    const turn = turnOf(id);
    if (!turn) return;
    if (part.type === 'data-safety' && hasSafety(turn)) w.warn(safetyLines(w, turn).join(' '));
    if (part.type === 'data-person') w.say(t('writingTo', part.data));
    if (part.type === 'data-answer') w.session.known = part.data.conversation_id;
    if (part.type === 'data-segment' && w.session.aloud) read(part.data.text);
  };

  /** @param {Response} reply @param {string} id */
  const follow = async ({ body }, id) => {
    /** @type {Part[]} */
    const arrived = [];
    const parser = createParser((data) => data !== '[DONE]' && arrived.push(JSON.parse(data)));
    let said = 0;
    const takeAll = async () => {
      for (const part of arrived.splice(0)) {
        take(id, part);
        if (part.type === 'data-answer' || (part.type === 'data-segment' && said++ % AT_ONCE === 0)) await pause();
      }
    };
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body).pipeThrough(new TextDecoderStream()).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      alive();
      parser.push(chunk.value);
      await takeAll();
    }
    parser.end();
    await takeAll();
  };

  /** The user's turns of the conversation, this one last. @param {string} id @param {string} trigger */
  const ask = async (id, trigger) => {
    const { turns } = w.state;
    const asked = turns.filter((turn, i) => turn.id === id || (isFinished(turn) && i < turns.findIndex((one) => one.id === id)));
    const messages = asked.slice(-KEPT_TURNS).map((turn) => ({ id: turn.id, role: 'user', parts: [{ type: 'text', text: turn.question }] }));
    await follow(await w.call('/api/chat', { id: w.session.id, messages, trigger }, running?.signal), id);
  };

  /** Whether a broken turn was read again to its end. @param {string} id */
  const askAgain = async (id) => {
    const turn = turnOf(id);
    if (!isActive(turn) || turn?.finished || running?.signal.aborted) return false;
    const reply = await w.call(`/api/chat/${w.session.id}/stream`, undefined, running?.signal);
    if (reply.status !== 200) return false;
    w.dispatch({ type: 'resumed', id });
    await follow(reply, id);
    return true;
  };

  /** @param {Turn} turn */
  const tell = (turn) => {
    const { id, status, answer, safety: { cases = [] } = {} } = turn;
    const [segments, cited] = [segmentsOf(turn), citedIn(turn)];
    const ids = { answerId: answer?.answer_id, conversationId: w.session.known, outcome: answer?.outcome };
    for (const one of cases) w.emit('case', { caseId: one.case_id, code: one.code });
    if (!isFinished(turn)) {
      w.emit('error', { code: status.toUpperCase() });
      return w.warn(status === 'rate_limited' ? w.panel.composer.wait() : faultLines(turn, t).join(' '));
    }
    for (const n of cited) if (!turn.citations.some((one) => one.n === n)) w.emit('error', { code: 'UNKNOWN_CITATION', n, ...ids });
    w.emit('answer', ids);
    if (status === 'refused') return w.say(segments[0]?.text ?? t('incomplete'));
    w.say(t('ready', { n: segments.filter(({ kind }) => kind !== 'notice').length, m: cited.size }));
  };

  return {
    /** @param {string} id of a turn @param {'submit-message' | 'regenerate-message'} trigger */
    async run(id, trigger) {
      if (!w.state.online) return w.warn(t('offline'));
      running = new AbortController();
      const slow = setTimeout(() => w.say(t('slow')), SLOW_MS);
      w.say(t('looking'));
      alive();
      const failure = await ask(id, trigger).then(() => null, (error) => error);
      const whole = !failure?.status && (await askAgain(id).catch(() => false));
      const { status, retryAfter, message } = failure?.status ? failure : {};
      w.dispatch(failure && !whole ? { type: 'failed', id, at: Date.now(), status, retryAfter, message } : { type: 'closed', id });
      [stall, slow].forEach(clearTimeout);
      const turn = turnOf(id);
      if (turn) tell(turn);
      w.touch();
      w.save();
    },
    stop: () => running?.abort(),
  };
}
