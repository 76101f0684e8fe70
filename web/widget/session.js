// @ts-check
/**
 * Who asks, in which conversation, and what this tab remembers of it: one entry of session storage, gone after 30 idle minutes,
 * at the end of the chat and with the tab. Clinics share workstations, so nothing is ever kept beyond that.
 */
/** @import {Rating, State, Turn} from '../contract/types' */
import { isFinished } from './state.js';

export const IDLE_MS = 30 * 60_000;
const KEPT_TURNS = 10;

/** @typedef {HTMLElement & {token?: string, getToken?: () => Promise<string>}} Host may bring a token of its own */

/** A random id; `crypto.randomUUID` exists on secure origins only. */
export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {string} key @returns {Record<string, any>} what is stored and not too old */
function recall(key) {
  try {
    const stored = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    return Date.now() - stored.activeAt < IDLE_MS ? stored : {};
  } catch {
    return {};
  }
}

/** @param {Host} host @param {string} origin of the service */
export function createSession(host, origin) {
  const key = `medinfo-chat ${origin}`;
  const stored = recall(key);
  let { token, expires } = stored;
  if (expires && new Date(expires) < new Date()) token = undefined;
  return {
    /** Turns, draft and survey of this tab, if any. @type {{turns?: Turn[], draft?: string, surveyed?: boolean}} */
    stored,
    settings: { aloud: !!stored.aloud, whole: !!stored.whole },
    /** The conversation's id as we chose it, and as the service calls it. @type {string} */
    id: stored.id ?? newId(),
    /** @type {string | undefined} */
    known: stored.known,
    isHosted: () => !!(host.token || host.getToken),
    isOpen() {
      return this.isHosted() || !!token;
    },
    bearer: async () => (host.getToken ? host.getToken() : host.token ?? token),
    /** @param {{token: string, expires_at?: string}} granted */
    begin(granted) {
      ({ token, expires_at: expires } = granted);
    },
    renew() {
      [this.id, this.known] = [newId(), undefined];
    },
    end() {
      token = undefined;
    },
    /** @param {State} state @param {number} activeAt milliseconds since the epoch */
    save({ turns, draft, surveyed, session }, activeAt) {
      const { id, known, settings } = this;
      const kept = { id, known, token, expires, activeAt, draft, surveyed, turns: turns.filter(isFinished).slice(-KEPT_TURNS), ...settings };
      try {
        if (session === 'active' || session === 'expiring') sessionStorage.setItem(key, JSON.stringify(kept));
        else sessionStorage.removeItem(key);
      } catch {
        // storage switched off or full: the chat works without
      }
    },
  };
}

/** @typedef {ReturnType<typeof createSession>} Session */

/**
 * The idle clock: warns two minutes before the end, and ends.
 * @param {object} clock
 * @param {() => boolean} clock.isNeeded whether there is anything to clear away
 * @param {() => void} clock.onWarning
 * @param {() => void} clock.onEnd
 */
export function createIdleClock({ isNeeded, onWarning, onEnd }) {
  const warningMs = 2 * 60_000;
  let activeAt = Date.now();
  let warned = false;
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    const left = activeAt + IDLE_MS - Date.now();
    if (!isNeeded()) return;
    if (left <= 0) return onEnd();
    if (left <= warningMs && !warned) {
      warned = true;
      onWarning();
    }
    timer = window.setTimeout(look, left > warningMs ? left - warningMs : left);
  };
  return {
    activeAt: () => activeAt,
    /** Somebody is there. Once warned, only `keep` counts. */
    touch() {
      if (warned && isNeeded()) return;
      warned = false;
      activeAt = Date.now();
      look();
    },
    keep() {
      warned = false;
      this.touch();
    },
  };
}
