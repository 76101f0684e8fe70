// @ts-check
/** A chat that leaves the widget: copied, saved or printed, always with its references, document ids, versions and times. */
/** @import {Citation, Translate, Turn} from '../contract/types' */
import { h } from './render.js';
import { segmentsOf } from './state.js';
import { longDate } from './turn.js';

/** @typedef {{t: Translate, locale: string}} Words */

/** @param {Citation} citation @param {Words} words */
function sourceLines({ n, title, section, doc_id, version, effective_date, references = [], url }, { t, locale }) {
  const date = longDate(effective_date, locale);
  const line = [title, section, doc_id, version && t('docVersion', { version }), date && t('effective', { date }), url].filter(Boolean);
  return [`${n}. ${line.join(', ')}`, ...references.map((one) => `   ${one.n}) ${one.citation}${one.doi ? ` doi:${one.doi}` : ''}`)];
}

/**
 * An answer with the numbers of its sources, then the sources.
 * @param {Turn} turn
 * @param {Words} words
 */
export function answerText(turn, words) {
  const { segments } = segmentsOf(turn);
  const used = new Set(segments.flatMap((segment) => segment.citations));
  const statements = segments.map(({ text, citations }) => (citations.length ? `${text} [${citations.join(', ')}]` : text));
  const sources = turn.citations.filter((citation) => used.has(citation.n)).flatMap((citation) => sourceLines(citation, words));
  const versions = Object.entries(turn.answer?.versions ?? {}).map(([name, value]) => `${name} ${value}`);
  return [
    ...statements, '',
    ...(sources.length ? [`${words.t('sources')}:`, ...sources, ''] : []),
    words.t('limits'),
    ...[turn.answer?.answer_id, ...versions].filter(Boolean).join(' · ').split('\n'),
  ].join('\n');
}

/** @param {number} at @param {string} locale */
const moment = (at, locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long' }).format(at);

/**
 * The whole chat as text.
 * @param {Turn[]} turns
 * @param {Words} words
 * @param {{now: number, notice: string}} head
 */
export function chatText(turns, words, { now, notice }) {
  const { t, locale } = words;
  const parts = turns.flatMap((turn) => [
    '-'.repeat(72),
    `${t('asked')} · ${moment(turn.askedAt, locale)}`, turn.question, '',
    ...(turn.safety?.cases ?? []).map(({ case_id }) => t('caseNumber', { id: case_id })),
    t('answer'),
    ['complete', 'refused'].includes(turn.status) ? answerText(turn, words) : t('notAnswered'), '',
  ]);
  return [t('transcript'), t('savedAt', { date: moment(now, locale) }), notice, '', ...parts].join('\n');
}

/** @param {Turn[]} turns */
const chatData = (turns) => JSON.stringify(turns.map(({ answer, question, status }) => answer ?? { question, status }), null, 2);

/**
 * Offer a file that the page itself made.
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
export function download(name, text, type = 'text/plain') {
  const href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  h('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/**
 * Print the chat alone, whatever page the widget stands on, from a frame of its own.
 * @param {string} text
 * @param {Node} place
 */
function print(text, place) {
  const frame = h('iframe', { 'aria-hidden': 'true', tabindex: '-1', class: 'printer' });
  place.appendChild(frame);
  const page = /** @type {Window & typeof globalThis} */ (frame.contentWindow);
  const sheet = new page.CSSStyleSheet();
  sheet.replaceSync('@page{margin:18mm}pre{font:11pt/1.5 Georgia,serif;white-space:pre-wrap;margin:0}');
  page.document.adoptedStyleSheets = [sheet];
  page.document.body.append(h('pre', {}, text));
  page.addEventListener('afterprint', () => frame.remove());
  page.print();
}

/**
 * Let a chat out the way the menu says.
 * @param {'print' | 'saveText' | 'saveData'} how
 * @param {Turn[]} turns
 * @param {Words} words
 * @param {Node} place for the frame that prints
 */
export function leaveWith(how, turns, words, place) {
  const text = chatText(turns, words, { now: Date.now(), notice: words.t('demonstration') });
  if (how === 'print') print(text, place);
  else if (how === 'saveText') download('medical-information-chat.txt', text);
  else download('medical-information-chat.json', chatData(turns), 'application/json');
}
