// @ts-check
/** One question and its answer as nodes: updated part by part, each part only when its own facts change. */
/** @import {Citation, Segment, Translate, Turn} from '../contract/types' */
import { createForm } from './form.js';
import { button, createSlots, h, inlineNodes } from './render.js';
import { hasSafety, isActive, isFinished, isSafety, segmentsOf } from './state.js';

/**
 * @typedef {object} TurnContext what a turn may ask of the panel
 * @property {Translate} t
 * @property {string} locale
 * @property {() => import('../contract/types').Config} config
 * @property {() => boolean} whole show answers only when complete
 * @property {(turn: Turn, citation: Citation, opener: HTMLElement) => void} cite
 * @property {(text: string) => void} ask
 * @property {(turn: Turn) => void} retry
 * @property {(turn: Turn) => Promise<void>} copy
 * @property {(turn: Turn, values: Record<string, string>) => Promise<void>} rate
 * @property {(turn: Turn) => void} contact
 * @property {(turn: Turn) => void} keep
 * @property {(address: string, label: string) => Node} link
 */

const REASONS = ['wrong', 'incompleteReason', 'not_my_question', 'unsupported', 'out_of_date', 'unsafe', 'other'];

/** @param {string | undefined} iso @param {string} locale */
export const longDate = (iso, locale) =>
  iso ? new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso)) : '';

/** @param {number} at @param {string} locale */
const clock = (at, locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at);

/**
 * "Document, VV-1, version 3.0, effective 1 May 2025" without what is not known.
 * @param {Citation} citation @param {TurnContext} context
 */
export function provenance({ doc_id, version, effective_date }, { t, locale }) {
  const date = longDate(effective_date, locale);
  return [doc_id, version && t('docVersion', { version }), date && t('effective', { date })].filter(Boolean).join(', ');
}

/** @param {Citation} citation @param {Translate} t */
export const sourceName = ({ n, title, section = '' }, t) => t(section ? 'sourceNSection' : 'sourceN', { n, title, section });

/**
 * The buttons that prove a statement: one group; a number without a source stays as text.
 * @param {Turn} turn @param {number[]} numbers @param {TurnContext} context
 */
function citationNodes(turn, numbers, context) {
  if (!numbers.length) return [];
  const nodes = numbers.map((n) => {
    const citation = turn.citations.find((one) => one.n === n);
    if (!citation) return `[${n}]`;
    const open = (/** @type {Event} */ event) => context.cite(turn, citation, /** @type {HTMLElement} */ (event.currentTarget));
    return button(String(n), open, { class: 'cite', 'aria-label': sourceName(citation, context.t) });
  });
  const list = new Intl.ListFormat(context.locale).format(numbers.map(String));
  const group = numbers.length > 1 ? { role: 'group', 'aria-label': context.t('sourceGroup', { list }) } : {};
  return [h('span', { class: 'cites', ...group }, ...nodes)];
}

/** @param {Turn} turn @param {Segment} segment @param {TurnContext} context */
function statementNode(turn, segment, context) {
  const notice = segment.kind === 'notice';
  const props = { class: notice ? 'notice' : 'statement', lang: notice ? undefined : 'en' };
  return h('p', props, ...inlineNodes(segment.text.replace(/\[\^[\w-]+\]/g, '')), ...citationNodes(turn, segment.citations, context));
}

/**
 * A place of its own for each statement, so that one more leaves the others (and the focus in them) alone.
 * @param {ReturnType<typeof createSlots>} slot @param {Turn} turn @param {Segment[]} segments @param {number} before how many there were
 * @param {TurnContext} context
 */
function updateStatements(slot, turn, segments, before, context) {
  const names = turn.citations.map((one) => [one.n, one.title, one.section]);
  for (let i = 0; i < Math.max(before, segments.length); i += 1) {
    const segment = segments[i];
    const heading = segment?.group && segment.group !== segments[i - 1]?.group && segment.group;
    const facts = segment && [segment, heading, names.filter(([n]) => segment.citations.includes(Number(n)))];
    slot(`s${i}`, facts, () => (segment ? [heading && h('h4', {}, heading), statementNode(turn, segment, context)] : []));
  }
  return segments.length;
}

/** @param {Turn} turn @param {TurnContext} context */
function progressText({ status, progress, text }, { t, config }) {
  if (status === 'sending') return t('sending');
  if (text) return t('writing');
  const n = progress?.n ?? (progress?.stage === 'searching' ? config().documents : undefined);
  if (progress?.stage === 'checking') return t('checking');
  if (progress?.stage === 'reading') return n ? t('reading', { n }) : t('readingAny');
  return n ? t('searching', { n }) : t('searchingAny');
}

/** What is said of safety: what it looks like, the ways to report, the cases, what is still asked. @param {Turn} turn @param {TurnContext} context */
function safetyLines({ safety }, { t, config }) {
  const { phone, url } = config().safety ?? {};
  const notices = (safety?.notices ?? []).filter(({ code }) => isSafety(code));
  const cases = (safety?.cases ?? []).filter(({ code }) => isSafety(code)).map(({ case_id: id }) => t('safetyCase', { id }));
  const texts = (/** @type {boolean} */ asked) => notices.filter(({ code }) => code.startsWith('ASK') === asked).map(({ text }) => text);
  const [said, asked] = [texts(false), texts(true)];
  return [...(said.length ? said : [t('safety')]), ...(phone || url ? [t('safetyCall', { phone: phone || url || '' })] : []), ...cases, ...asked];
}

/** @param {Turn} turn @param {TurnContext} context */
export const safetyText = (turn, context) => safetyLines(turn, context).join(' ');

/** Notices and cases that do not concern safety. @param {Turn} turn @param {TurnContext} context */
const otherNodes = ({ safety }, { t }) => [
  ...(safety?.notices ?? []).filter(({ code }) => !isSafety(code)).map(({ text }) => h('p', {}, text)),
  ...(safety?.cases ?? []).filter(({ code }) => !isSafety(code)).map(({ case_id: id }) => h('p', {}, t('otherCase', { id }))),
];

/** Each document once, with the passages of it that are cited. @param {Turn} turn @param {TurnContext} context */
function sourceNodes(turn, context) {
  /** @type {Map<string, Citation[]>} */
  const documents = new Map();
  for (const citation of turn.citations) {
    const id = `${citation.doc_id ?? citation.title} ${citation.version}`;
    documents.set(id, [...(documents.get(id) ?? []), citation]);
  }
  /** @param {Citation} citation */
  const passage = (citation) => {
    const open = (/** @type {Event} */ event) => context.cite(turn, citation, /** @type {HTMLElement} */ (event.currentTarget));
    const link = button('', open, { class: 'link' });
    link.append(h('b', {}, String(citation.n)), h('span', {}, citation.section || citation.title));
    return h('li', {}, link);
  };
  const items = [...documents.values()].map((all) =>
    h('li', {}, h('b', {}, all[0].title), h('small', {}, provenance(all[0], context)), h('ol', {}, ...all.map(passage))));
  return [h('h4', {}, context.t('sources')), h('ol', {}, ...items)];
}

/**
 * What went wrong with a turn: our words, and the service's, which alone are said where it could not answer.
 * @param {Turn} turn @param {Translate} t
 */
export function faultLines({ status, retryable, message }, t) {
  const final = status === 'failed' && retryable === false;
  const words = final ? t('failedFinal') : t(status === 'rate_limited' ? 'tooMany' : status);
  return [(final || status !== 'failed' || !message) && words, message].filter((line) => !!line);
}

/** @param {Turn} turn @param {TurnContext} context */
function faultNodes(turn, context) {
  const { t } = context;
  if (isActive(turn) || isFinished(turn)) return [];
  return [
    ...faultLines(turn, t).map((line) => h('p', {}, String(line))),
    turn.retryable !== false && button(t('tryAgain'), () => context.retry(turn), { class: 'again' }),
    turn.attempts > 1 && button(t('keepDraft'), () => context.keep(turn)),
    button(t('contact'), () => context.contact(turn)),
  ];
}

/**
 * @param {Turn} turn
 * @param {TurnContext} context
 * @param {HTMLElement} place
 */
function feedbackForm(turn, context, place) {
  const { t } = context;
  const form = createForm({
    name: `why-${turn.id}`,
    title: t('feedbackTitle'),
    fields: [
      { name: 'reason', label: t('feedbackTitle'), kind: 'radios', required: true, options: REASONS.map((key) => [key.replace('Reason', ''), t(key)]) },
      { name: 'comment', label: t('comment'), kind: 'textarea' },
    ],
    submit: t('submit'),
    failed: t('notSaved'),
    send: (values) => context.rate(turn, { rating: 'not_helpful', ...values }),
    others: [[t('cancel'), () => place.replaceChildren()]],
  });
  place.replaceChildren(form);
  form.querySelector('input')?.focus();
}

/** @param {Turn} turn @param {TurnContext} context */
function actionNodes(turn, context) {
  const { t } = context;
  const place = h('div', { class: 'why' });
  const rated = turn.rating && [
    h('span', { class: 'saved' }, t(turn.rating.rating === 'helpful' ? 'helpful' : 'notHelpful'), ' · ', t('saved')),
    button(t('change'), () => context.rate(turn, {}), { class: 'change' }),
  ];
  const rate = [
    button(t('helpful'), () => context.rate(turn, { rating: 'helpful' }).catch(() => place.replaceChildren(t('notSaved')))),
    button(t('notHelpful'), () => feedbackForm(turn, context, place)),
  ];
  return [
    h('div', { class: 'buttons' },
      button(t('copy'), () => context.copy(turn)),
      ...(rated ?? rate),
      button(t('askAgain'), () => context.retry(turn)),
      button(t('contact'), () => context.contact(turn))),
    place,
  ];
}

/** @param {string} title @param {string[]} texts @param {TurnContext} context */
export const askNodes = (title, texts, context) => [
  h('h4', {}, title),
  h('ul', {}, ...texts.map((text) => h('li', {}, button(text, () => context.ask(text), { class: 'suggestion' })))),
];

/** @param {Turn} turn @param {TurnContext} context */
function earlierNodes(turn, { t }) {
  return turn.previous.map((answer) => h('details', {},
    h('summary', {}, t('earlier')),
    ...answer.segments.map((segment) => h('p', {}, segment.text, segment.citations.length ? ` [${segment.citations.join(', ')}]` : ''))));
}

/** @param {Turn} turn @param {TurnContext} context */
function resourceNodes({ answer }, { t, link }) {
  const items = (answer?.resources ?? []).map((one) => h('li', {}, link(one.url, one.title), h('span', {}, one.description)));
  return [h('h4', {}, t('resources')), h('ul', {}, ...items)];
}

/**
 * @param {string} id
 * @param {TurnContext} context
 */
export function createTurn(id, context) {
  const { t, locale } = context;
  const article = h('article', { class: 'turn', 'aria-labelledby': `answer-${id}` });
  const question = h('div', { class: 'question' });
  const body = h('div', { class: 'answer' });
  article.append(question, body);
  const [head, slot] = [createSlots(question), createSlots(body)];
  /** @type {ReturnType<typeof createSlots> | undefined} */
  let statements;
  let count = 0;
  return {
    node: article,
    /** @param {Turn} turn @param {boolean} last whether it is the newest */
    update(turn, last) {
      const { answer, status } = turn;
      const done = isFinished(turn);
      const shown = !isActive(turn) || !context.whole();
      const { segments } = segmentsOf(turn);
      const numbers = new Set(segments.flatMap((segment) => segment.citations));
      const cited = { ...turn, citations: turn.citations.filter((citation) => numbers.has(citation.n)) };
      article.setAttribute('aria-busy', String(isActive(turn)));
      article.dataset.status = status;
      head('asked', turn.askedAt, () => [t('asked'), ' · ', clock(turn.askedAt, locale)]);
      head('words', turn.question, () => [h('p', {}, turn.question)]);
      slot('earlier', turn.previous.length, () => earlierNodes(turn, context));
      const part = status === 'incomplete' || status === 'stopped';
      slot('title', part, () => [h('h3', { id: `answer-${id}` }, t(part ? 'answerPart' : 'answer'))]);
      slot('safety', hasSafety(turn) && [turn.safety, context.config().safety], () =>
        hasSafety(turn) ? [h('h4', {}, t('safetyTitle')), ...safetyLines(turn, context).map((text) => h('p', {}, text))] : []);
      slot('other', turn.safety, () => otherNodes(turn, context));
      slot('progress', isActive(turn) && [progressText(turn, context)], () => (isActive(turn) ? [progressText(turn, context)] : []));
      slot('interpreted', answer?.interpreted_as, () =>
        answer?.interpreted_as ? [h('b', {}, t('interpreted')), ' ', answer.interpreted_as] : []);
      statements ??= createSlots(slot('statements', 0, () => []));
      count = updateStatements(statements, turn, shown ? segments : [], count, context);
      slot('fault', [status, turn.attempts, turn.retryable, turn.message], () => faultNodes(turn, context));
      slot('nearest', answer?.nearest_headings, () =>
        answer?.nearest_headings?.length ? askNodes(t('nearest'), answer.nearest_headings, context) : []);
      slot('sources', shown && cited.citations, () => (shown && cited.citations.length ? sourceNodes(cited, context) : []));
      slot('limits', status === 'complete', () => (status === 'complete' ? [t('limits')] : []));
      slot('resources', answer?.resources, () => (answer?.resources?.length ? resourceNodes(turn, context) : []));
      slot('actions', done && [turn.rating, turn.answer?.answer_id], () => (done ? actionNodes(turn, context) : []));
      slot('suggestions', last && done && answer?.suggestions, () =>
        last && done && answer?.suggestions?.length ? askNodes(t('suggestions'), answer.suggestions, context) : []);
    },
  };
}
