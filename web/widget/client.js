// @ts-check
/** The service over HTTP: one function per route of `contract/README.md`, and what went wrong as a `ServiceError`. */
/** @import {Config, Part, Passage} from '../contract/types' */
import { createParser } from './sse.js';

export class ServiceError extends Error {
  /** @param {number} status HTTP status, 0 when nothing came back @param {string} [message] @param {number} [retryAfter] seconds */
  constructor(status, message, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** @typedef {{signal: AbortSignal, onPart: (part: Part) => void, onAlive: () => void}} Hooks */

/** @param {Response} response @param {Hooks} hooks */
async function read({ body }, { onPart, onAlive }) {
  const parser = createParser((data) => data !== '[DONE]' && onPart(JSON.parse(data)));
  const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    onAlive();
    parser.push(decoder.decode(value, { stream: true }));
  }
  parser.end();
}

/**
 * @param {URL} endpoint
 * @param {string | null} siteKey
 * @param {() => Promise<string | undefined>} token
 */
export function createClient(endpoint, siteKey, token) {
  /** @param {string} path @param {unknown} [body] @param {RequestInit} [init] */
  const call = async (path, body, init = {}) => {
    const bearer = await token();
    const headers = {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
      ...(siteKey && { 'X-Site-Key': siteKey }),
    };
    const send = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(new URL(path, endpoint), { credentials: 'omit', headers, ...send, ...init }).catch(() => {
      throw new ServiceError(0);
    });
    if (response.ok) return response;
    const { error } = await response.json().catch(() => ({}));
    throw new ServiceError(response.status, error?.message, Number(response.headers.get('retry-after')) || undefined);
  };
  /** @param {string} path @param {unknown} [body] */
  const json = async (path, body) => (await call(path, body)).json().catch(() => ({}));
  return {
    /** @returns {Promise<Config>} */
    config: () => json('/api/config'),
    /** @param {{accepted: true, profession: string, country: string}} attestation @returns {Promise<{token: string, expires_at?: string}>} */
    session: (attestation) => json('/api/session', { attestation }),
    /** @param {string} id @returns {Promise<Passage>} */
    passage: (id) => json(`/api/passages/${encodeURIComponent(id)}`),
    /** @param {string} id @param {object} rating @returns {Promise<{case_id?: string}>} */
    feedback: (id, rating) => json(`/api/answers/${encodeURIComponent(id)}/feedback`, rating),
    /** @param {object} survey */
    survey: (survey) => json('/api/survey', survey),
    /** @param {object} request @returns {Promise<{case_id: string, due_at?: string, out_of_hours?: boolean}>} */
    openCase: (request) => json('/api/cases', request),
    /**
     * Ask, and hand over each part as it arrives. Resolves when the stream ends, however it ends; rejects when it breaks.
     * @param {object} question
     * @param {Hooks} hooks
     */
    chat: async (question, hooks) => read(await call('/api/chat', question, { signal: hooks.signal }), hooks),
    /**
     * Read the last turn of a conversation again from its start. Resolves to nothing where there is nothing to read.
     * @param {string} id
     * @param {AbortSignal} signal
     */
    async resume(id, signal) {
      const response = await call(`/api/chat/${id}/stream`, undefined, { signal });
      return response.status === 200 ? (/** @type {Hooks} */ hooks) => read(response, hooks) : undefined;
    },
  };
}

/** @typedef {ReturnType<typeof createClient>} Client */
