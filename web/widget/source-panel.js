// @ts-check
/** A cited passage in its section, the statement marked, with what proves its age and where to read all of it. */
/** @import {Citation, Locator, Passage, Turn} from '../contract/types' */
import { documentNodes, rangeOf } from './document.js';
import { button, h, icon, setFlag } from './render.js';
import { segmentsOf } from './state.js';
import { longDate, provenance } from './turn.js';

/** @param {number} seconds */
const stamp = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/**
 * @param {Locator | undefined} locator
 * @param {import('./turn.js').TurnContext} context
 */
function locatorNodes(locator, { t }) {
  if (!locator || locator.type === 'text') return [];
  const { page, slide, start_s: from, end_s: to, speaker } = locator;
  return [
    page !== undefined && h('p', {}, t('page', { n: page })),
    slide !== undefined && h('p', {}, t('slide', { n: slide })),
    speaker && h('p', {}, t('speaker', { name: speaker })),
    from !== undefined && h('p', {}, t('video', { from: stamp(from), to: stamp(to ?? from) })),
  ];
}

/** @param {Citation} citation @param {import('./turn.js').TurnContext} context */
function referenceNodes({ references = [] }, { t, link }) {
  if (!references.length) return [];
  const items = references.map(({ n, citation, doi, url }) => {
    const address = doi ? `https://doi.org/${doi}` : url;
    return h('li', { value: n }, citation, ' ', address && link(address, doi ? `doi:${doi}` : address));
  });
  return [h('h4', {}, t('references')), h('ol', { class: 'references' }, ...items)];
}

/**
 * @param {import('./turn.js').TurnContext} context
 * @param {import('./panel.js').Panel} panel
 * @param {(id: string) => Promise<Passage>} fetchPassage
 * @param {() => void} onHide
 */
export function createSourcePanel(context, panel, fetchPassage, onHide) {
  const { t, locale } = context;
  const heading = h('h3', { id: 'source-title', tabindex: '-1' });
  const place = h('p', { class: 'place' });
  const body = h('div', { class: 'passage', tabindex: '0', role: 'group', 'aria-labelledby': 'source-title' });
  const steps = h('div', { class: 'buttons' });
  const close = button('', () => hide(), { class: 'icon', 'aria-label': t('closeSource') });
  close.append(icon('M6 6l12 12M18 6L6 18'));
  const node = h('section', { class: 'source', 'aria-labelledby': 'source-title', hidden: true },
    h('div', { class: 'source-head' }, h('div', {}, place, heading), close), body, steps);
  panel.columns.append(node);
  let serial = 0;
  /** @type {HTMLElement | undefined} */
  let opener;

  /** @param {Citation} citation @param {Passage | null} passage */
  const fill = (citation, passage) => {
    const due = passage?.review_due;
    const url = citation.url ?? passage?.url;
    const [text, mark] = passage ? [passage.text, rangeOf(passage, citation)] : [citation.quote ?? '', undefined];
    body.replaceChildren(...[
      h('p', { class: 'provenance' }, provenance(citation, context)),
      due && new Date(due) < new Date() && h('p', { class: 'stale' }, t('stale', { date: longDate(due, locale) })),
      ...locatorNodes(citation.locator ?? passage?.locator, context),
      h('p', { class: 'hint' }, t(passage ? 'quoted' : 'passageFailed')),
      !text.startsWith('#') && citation.section && h('h4', {}, citation.section),
      h('div', { class: 'original', lang: passage?.lang ?? 'en' }, ...documentNodes(text, mark)),
      ...referenceNodes(citation, context),
      url && h('p', {}, context.link(url, t('openDocument'))),
    ].filter((child) => !!child));
    body.querySelector('mark')?.scrollIntoView({ block: 'center' });
  };

  /** @param {Citation} citation @param {Citation[]} all */
  const turnTo = async (citation, all) => {
    const mine = ++serial;
    const at = all.findIndex((one) => one.n === citation.n);
    heading.textContent = citation.title;
    place.textContent = t('passageOf', { n: citation.n, m: all.length });
    body.replaceChildren(h('p', {}, t('passageLoading')));
    /** @param {number} index @param {string} label */
    const step = (index, label) => all[index] && button(label, () => turnTo(all[index], all));
    steps.replaceChildren(...[step(at - 1, t('previousSource')), step(at + 1, t('nextSource'))].filter((one) => !!one));
    heading.focus();
    const passage = citation.chunk_id ? await fetchPassage(citation.chunk_id).catch(() => null) : null;
    if (mine === serial) fill(citation, passage?.text ? passage : null);
  };

  /** Beside the chat where there is room, else over it: what is covered is out of reach. @param {boolean} shown */
  const uncover = (shown) => {
    node.hidden = !shown;
    panel.panel.classList.toggle('with-source', shown);
    panel.columns.firstElementChild?.toggleAttribute('inert', shown && getComputedStyle(node).position === 'absolute');
    if (opener) setFlag(opener, 'aria-expanded', shown);
  };

  const hide = () => {
    if (node.hidden) return;
    uncover(false);
    onHide();
  };

  return {
    hide,
    isOpen: () => !node.hidden,
    /** @param {Turn} turn @param {Citation} citation @param {HTMLElement} from the control that opened it */
    async show(turn, citation, from) {
      opener?.removeAttribute('aria-expanded');
      opener = from;
      uncover(true);
      const numbers = new Set(segmentsOf(turn).segments.flatMap((segment) => segment.citations));
      await turnTo(citation, turn.citations.filter((one) => numbers.has(one.n)));
    },
  };
}

/** @typedef {ReturnType<typeof createSourcePanel>} SourcePanel */
