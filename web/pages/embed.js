// @ts-check
/**
 * The assistant in a frame: speaks with the page around it, and only with the origin that page named itself (`/embed?origin=https://…`).
 * Who may frame this page at all is decided by `frame-ancestors`. Out go event names and ids, never text; in come `open`, `ask` and `reset`.
 */

/** @typedef {HTMLElement & {ask: (text: string) => Promise<void>, reset: () => Promise<void>}} Chat */

const EVENTS = ['ready', 'open', 'answer', 'case', 'error', 'exit'];
const query = new URLSearchParams(location.search);
const chat = /** @type {Chat} */ (document.querySelector('medinfo-chat'));

/** @param {string | null} text @returns {string | null} an http(s) origin, or nothing */
function originOf(text) {
  try {
    const url = new URL(text ?? '');
    return /^https?:$/.test(url.protocol) ? url.origin : null;
  } catch {
    return null;
  }
}

const outside = originOf(query.get('origin'));
const locale = query.get('locale');
if (locale) chat.setAttribute('locale', locale);

if (outside && window.parent !== window) {
  for (const name of EVENTS) {
    chat.addEventListener(`medinfo:${name}`, (event) => {
      window.parent.postMessage({ type: `medinfo:${name}`, detail: /** @type {CustomEvent} */ (event).detail ?? {} }, outside);
    });
  }
  window.addEventListener('message', (event) => {
    if (event.origin !== outside || event.source !== window.parent) return;
    const { type, text } = event.data ?? {};
    if (type === 'medinfo:ask' && typeof text === 'string') chat.ask(text);
    if (type === 'medinfo:reset') chat.reset();
  });
}
