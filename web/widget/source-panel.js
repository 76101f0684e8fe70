// @ts-check
/** A cited passage in its section, the statement marked, with what proves its age and where to read all of it. */
/** @import {Citation, Locator, Passage} from '../contract/types' */
import { button, documentNodes, h, icon } from './render.js';
import { utf16 } from './text.js';
import { longDate, provenance } from './turn.js';

/** @param {number} seconds */
const stamp = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/**
 * Where in the section the statement stands, as UTF-16 range; looked up by its words when the offsets do not fit them.
 * @param {Passage} passage
 * @param {Citation} citation
 * @returns {[number, number] | undefined}
 */
export function rangeOf({ text, start }, { quote = '', start: from = 0, end: to = 0 }) {
  const range = /** @type {[number, number]} */ ([utf16(text, from - start), utf16(text, to - start)]);
  if (from >= start && (!quote || text.slice(...range) === quote)) return range;
  const found = quote ? text.indexOf(quote) : -1;
  return found < 0 ? undefined : [found, found + quote.length];
}

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
 * @param {(citation: Citation) => Promise<Passage>} fetchPassage
 * @param {() => void} onClose
 */
export function createSourcePanel(context, fetchPassage, onClose) {
  const { t, locale } = context;
  const heading = h('h3', { id: 'source-title', tabindex: '-1' });
  const place = h('p', { class: 'place' });
  const body = h('div', { class: 'passage', tabindex: '0', role: 'group', 'aria-labelledby': 'source-title' });
  const steps = h('div', { class: 'buttons' });
  const close = button('', onClose, { class: 'icon', 'aria-label': t('closeSource') });
  close.append(icon('M6 6l12 12M18 6L6 18'));
  const node = h('section', { class: 'source', 'aria-labelledby': 'source-title', hidden: true },
    h('div', { class: 'source-head' }, h('div', {}, place, heading), close), body, steps);

  let shown = 0;
  /** @param {Citation} citation @param {Passage | null} passage */
  const fill = (citation, passage) => {
    const due = passage?.review_due;
    const url = passage?.url ?? citation.url;
    const [text, mark] = passage ? [passage.text, rangeOf(passage, citation)] : [citation.quote ?? '', undefined];
    const locator = citation.locator ?? passage?.locator;
    body.replaceChildren(...[
      h('p', { class: 'provenance' }, provenance(citation, context)),
      due && new Date(due) < new Date() && h('p', { class: 'stale' }, t('stale', { date: longDate(due, locale) })),
      ...locatorNodes(locator, context),
      h('p', { class: 'hint' }, t(passage ? 'quoted' : 'passageFailed')),
      !text.startsWith('#') && citation.section && h('h4', {}, citation.section),
      h('div', { class: 'original', lang: passage?.lang ?? 'en' }, ...documentNodes(text, mark)),
      ...referenceNodes(citation, context),
      url && h('p', {}, context.link(url, t('openDocument'))),
    ].filter((child) => !!child));
    body.querySelector('mark')?.scrollIntoView({ block: 'center' });
  };

  return {
    node,
    /** @param {Citation} citation @param {Citation[]} all the answer's citations, for previous and next */
    async show(citation, all) {
      const at = all.findIndex((one) => one.n === citation.n);
      node.hidden = false;
      heading.textContent = citation.title;
      place.textContent = t('passageOf', { n: citation.n, m: all.length });
      body.replaceChildren(h('p', {}, t('passageLoading')));
      /** @param {number} index @param {string} label */
      const step = (index, label) => all[index] && button(label, () => this.show(all[index], all));
      steps.replaceChildren(...[step(at - 1, t('previousSource')), step(at + 1, t('nextSource'))].filter((one) => !!one));
      heading.focus();
      const mine = ++shown;
      const passage = await fetchPassage(citation).catch(() => null);
      if (mine === shown) fill(citation, passage?.text ? passage : null);
    },
  };
}

/** @typedef {ReturnType<typeof createSourcePanel>} SourcePanel */
