// @ts-check
/** A cited passage in its section with the statement marked; and a chat that leaves the widget, always with references, ids, versions and times. */
/** @import {Child, Citation, Passage, Turn} from '../contract/types' */
/** @import {Widget} from './app.js' */
import { button, buttons, cross, documentNodes, fill, h, p, plain, setFlag } from './nodes.js';
import { citedIn, isFinished, segmentsOf } from './state.js';
import { provenance } from './turn.js';

/** @param {number} seconds */
const stamp = (seconds) => new Date(seconds * 1000).toISOString().slice(seconds < 3600 ? 14 : 11, 19);

/** Where in the original it stands; a stretch of video is a link to its second. @param {Widget} w @param {Citation['locator']} locator @param {string} [url] @returns {Child[]} */
function locatorNodes({ t, panel }, { page, slide, start_s: from, end_s: to = from, speaker } = { type: 'text' }, url = '') {
  const time = from !== undefined && t('video', { from: stamp(from), to: stamp(to ?? from) });
  return [
    page && p(t('page', { n: page })), slide && p(t('slide', { n: slide })), speaker && p(t('speaker', { name: speaker })),
    time && h('p', '', panel.link(`${url.split('#')[0]}#t=${from}`, time)),
  ];
}

/** @param {Widget} w @param {Citation} citation @returns {Child[]} */
const referenceNodes = ({ t, panel }, { references = [] }) => references.length ? [
  h('h4', '', t('references')),
  h('ol', 'references', ...references.map(({ n, citation, doi, url }) => {
    const address = doi ? `https://doi.org/${doi}` : url;
    return h('li', { value: n }, citation, ' ', address && panel.link(address, doi ? `doi:${doi}` : address));
  })),
] : [];

/** @param {Widget} w */
export function createSourcePanel(w) {
  const { t, panel } = w;
  const heading = h('h3', { id: 'source-title', tabindex: '-1' });
  const place = h('p', 'place');
  const body = h('div', { class: 'passage', tabindex: '0', role: 'group', 'aria-labelledby': 'source-title' });
  const steps = buttons();
  const node = h('section', { class: 'source', 'aria-labelledby': 'source-title', hidden: true },
    h('div', 'source-head', h('div', '', place, heading), cross(t('close'), () => source.hide())), body, steps);
  panel.columns.append(node);
  let serial = 0;
  /** @type {HTMLElement} */
  let opener;

  /** @param {Citation} citation @param {Passage | null} passage */
  const show = (citation, passage) => {
    const { review_due: due = '' } = passage ?? {};
    const url = citation.url ?? passage?.url;
    fill(body,
      h('p', 'provenance', provenance(w, citation)),
      due && new Date(due) < new Date() && h('p', 'stale', t('stale', { date: w.date(due) })),
      ...locatorNodes(w, citation.locator ?? passage?.locator, url),
      !passage && h('p', 'hint', t('passageFailed')),
      !passage?.text.startsWith('#') && citation.section && h('h4', '', citation.section),
      h('div', { class: 'original', lang: passage?.lang ?? 'en' }, ...documentNodes(passage?.body ?? [['p', plain(citation.quote ?? '')]])),
      ...referenceNodes(w, citation),
      url && h('p', '', panel.link(url, t('openDocument'))));
    body.querySelector('mark')?.scrollIntoView({ block: 'center' });
  };

  /** @param {Citation} citation @param {Citation[]} all */
  const turnTo = async (citation, all) => {
    const mine = ++serial;
    const at = all.indexOf(citation);
    heading.textContent = citation.title;
    place.textContent = t('passageOf', { n: citation.n, m: all.length });
    body.replaceChildren(p(t('looking')));
    const step = (/** @type {Citation | undefined} */ to, /** @type {string} */ label) => to && button(t(label), () => turnTo(to, all));
    fill(steps, step(all[at - 1], 'previousSource'), step(all[at + 1], 'nextSource'));
    heading.focus();
    const { start, end } = citation;
    const passage = await w.json(`/api/passages/${encodeURIComponent(citation.chunk_id ?? '')}${end ? `?start=${start}&end=${end}` : ''}`).catch(() => null);
    if (mine === serial) show(citation, passage);
  };

  /** Beside the chat where there is room, else over it: what is covered is out of reach. @param {boolean} shown */
  const uncover = (shown) => {
    node.hidden = !shown;
    panel.panel.classList.toggle('with-source', shown);
    panel.main.inert = shown && getComputedStyle(node).position === 'absolute';
    setFlag(opener, 'aria-expanded', shown);
  };

  const source = {
    isOpen: () => !node.hidden,
    hide() {
      if (node.hidden) return;
      uncover(false);
      w.focusBack();
    },
    /** @param {Turn} turn @param {Citation} citation @param {HTMLElement} from the control that opened it */
    show(turn, citation, from) {
      if (opener) setFlag(opener, 'aria-expanded', false);
      opener = from;
      uncover(true);
      const numbers = citedIn(turn);
      return turnTo(citation, turn.citations.filter((one) => numbers.has(one.n)));
    },
  };
  return source;
}

/** @param {Widget} w @param {number} at */
const moment = (w, at) => new Date(at).toLocaleString(w.locale, { dateStyle: 'long', timeStyle: 'long' });

/** An answer with the numbers of its sources, then the sources. @param {Widget} w @param {Turn} turn */
function answerText(w, turn) {
  const used = citedIn(turn);
  const sources = turn.citations.filter(({ n }) => used.has(n)).flatMap(({ references = [], ...one }) => [
    `${one.n}. ${[one.title, one.section, provenance(w, one), one.url].filter(Boolean).join(', ')}`,
    ...references.map(({ n, citation, doi }) => `   ${n}) ${citation}${doi ? ` doi:${doi}` : ''}`),
  ]);
  return [
    ...segmentsOf(turn).map(({ text, citations }) => (citations.length ? `${text} [${citations.join(', ')}]` : text)), '',
    ...(sources.length ? [`${w.t('sources')}:`, ...sources, ''] : []),
    w.t('limits'),
    [turn.answer?.answer_id, ...Object.entries(turn.answer?.versions ?? {}).map((one) => one.join(' '))].filter(Boolean).join(' · '),
  ].join('\n');
}

/** The whole chat. @param {Widget} w */
const chatText = (w) => [
  w.t('title'), w.t('savedAt', { date: moment(w, Date.now()) }), w.t('demonstration'), '',
  ...w.state.turns.flatMap((turn) => [
    '-'.repeat(72), `${w.t('asked')} · ${moment(w, turn.askedAt)}`, turn.question, '',
    ...(turn.safety?.cases ?? []).map(({ case_id: id }) => w.t('receiptCase', { id })),
    w.t('answer'), isFinished(turn) ? answerText(w, turn) : w.t('incomplete'), '',
  ]),
].join('\n');

/** Offer a file. @param {string} name @param {Blob} file */
function download(name, file) {
  const href = URL.createObjectURL(file);
  h('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** @param {string} text @param {string} name */
export const saveText = (text, name = 'question.txt') => download(name, new Blob([text], { type: 'text/plain;charset=utf-8' }));

/** The chat alone, whatever page the widget stands on, from a frame of its own. @param {Widget} w */
function print(w) {
  const frame = w.panel.panel.appendChild(h('iframe', { 'aria-hidden': 'true', tabindex: '-1', class: 'printer' }));
  const page = /** @type {Window & typeof globalThis} */ (frame.contentWindow);
  const sheet = new page.CSSStyleSheet();
  sheet.replaceSync('pre{font:11pt/1.5 serif;white-space:pre-wrap}');
  page.document.adoptedStyleSheets = [sheet];
  page.document.body.append(h('pre', '', chatText(w)));
  page.onafterprint = () => frame.remove();
  page.print();
}

const ANSWER_FILE = 'medical-information-answer.txt';

/** The ways out; text where the better way fails. @type {Record<string, (w: Widget, turn: Turn) => unknown>} */
export const WAYS = {
  print,
  saveText: (w) => saveText(chatText(w), 'medical-information-chat.txt'),
  saveData: (w) => download('medical-information-chat.json', new Blob([JSON.stringify(w.state.turns.map(({ answer, question, status }) => answer ?? { question, status }), null, 2)])),
  copy: (w, turn) => navigator.clipboard.writeText(answerText(w, turn)).then(() => w.say(w.t('copied')), () => saveText(answerText(w, turn), ANSWER_FILE)),
  pdf: (w, turn) => w.call(`/api/answers/${turn.answer?.answer_id}/letter.pdf`).then(async (reply) => download('medical-information-answer.pdf', await reply.blob()))
    .catch(() => saveText(answerText(w, turn), ANSWER_FILE)),
};
