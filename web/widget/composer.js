// @ts-check
/** Where a question is written: Enter sends, Shift+Enter breaks the line, composing stays in peace; reminds of identifiers; counts near the limit. */
/** @import {State, Translate} from '../contract/types' */
import { button, h, setFlag } from './render.js';

/** The counter shows once so much of the limit is left. */
const COUNT_BELOW = 0.2;

/**
 * @param {Translate} t
 * @param {import('./panel.js').Acts} acts
 * @param {Node[]} jumps
 */
export function createComposer(t, acts, jumps) {
  const input = h('textarea', { id: 'question', rows: '1', 'aria-describedby': 'counter', enterkeyhint: 'send' });
  const counter = h('p', { id: 'counter', class: 'counter' });
  const warning = h('div', { class: 'warning' });
  let timer = 0;
  const send = h('button', { class: 'primary send' }, t('send'));
  const stop = button(t('stop'), acts.stop, { class: 'stop', hidden: true });
  const form = h('form', { class: 'composer', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); acts.submit(false); } },
    warning, h('div', { class: 'above' }, h('label', { for: 'question' }, t('question')), ...jumps), h('div', { class: 'row' }, input, send, stop), counter);
  input.addEventListener('input', () => { warning.replaceChildren(); acts.draft(input.value); });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    acts.submit(false);
  });
  return {
    node: form,
    input,
    /** @param {string[]} kinds of identifiers @param {string} locale */
    warn(kinds, locale) {
      const list = new Intl.ListFormat(locale).format(kinds.map((kind) => t(kind)));
      warning.replaceChildren(
        h('p', { role: 'alert' }, t('identifiers', { kinds: list })),
        h('div', { class: 'buttons' },
          button(t('edit'), () => { warning.replaceChildren(); input.focus(); }),
          button(t('sendAnyway'), () => { warning.replaceChildren(); acts.submit(true); input.focus(); })));
    },
    /** @param {State} state @param {boolean} busy @param {number} max */
    update(state, busy, max) {
      const waitS = Math.max(0, Math.ceil((state.limitedUntil - Date.now()) / 1000));
      clearTimeout(timer);
      if (waitS) timer = window.setTimeout(() => this.update(state, busy, max), 500);
      if (input.value !== state.draft) input.value = state.draft;
      const left = max - state.draft.length;
      setFlag(input, 'aria-invalid', left < 0);
      const words = waitS ? t('limited', { s: waitS }) : left < 0 ? t('over', { n: -left }) : left <= max * COUNT_BELOW ? t('left', { n: left }) : '';
      if (counter.textContent !== words) counter.textContent = words;
      if (busy && send.matches(':focus')) input.focus();
      send.hidden = busy;
      stop.hidden = !busy;
      send.setAttribute('aria-disabled', String(waitS > 0 || left < 0));
    },
  };
}
