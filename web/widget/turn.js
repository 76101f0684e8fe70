// @ts-check
/** One question and its answer as nodes: each part rebuilt only when its own facts change. */
/** @import {Child, Citation, Segment, Slots, Translate, Turn} from '../contract/types' */
/** @import {Widget} from './app.js' */
import { button, buttons, createForm, createSlots, h, p, plain } from './nodes.js';
import { citedIn, hasSafety, isActive, isFinished, isSafety, segmentsOf } from './state.js';

const REASONS = ['wrong', 'incompleteReason', 'not_my_question', 'unsupported', 'out_of_date', 'unsafe', 'other'];

/** "VV-1, version 3.0, effective May 1, 2025" without what is not known. @param {Widget} w @param {Partial<Citation>} citation */
export const provenance = (w, { doc_id, version, effective_date }) =>
  [doc_id, version && w.t('docVersion', { version }), effective_date && w.t('effective', { date: w.date(effective_date) })].filter(Boolean).join(', ');

/** The buttons that prove a statement: one group; a number without a source stays as text. @param {Widget} w @param {Turn} turn @param {number[]} numbers */
function citationNodes(w, turn, numbers) {
  const nodes = numbers.map((n) => {
    const citation = turn.citations.find((one) => one.n === n);
    if (!citation) return `[${n}]`;
    const name = w.t('sourceN', { n, title: [citation.title, citation.section].filter(Boolean).join(', ') });
    return button(String(n), (event) => w.showSource(turn.id, n, event.currentTarget), { class: 'cite', 'aria-label': name });
  });
  const name = numbers.length > 1 && w.t('sourceGroup', { list: w.list(numbers) });
  return numbers.length ? h('span', { class: 'cites', ...(name && { role: 'group', 'aria-label': name }) }, ...nodes) : '';
}

/** A place of its own for each statement, so that one more leaves the others (and the focus in them) alone. @param {Widget} w @param {Slots} slot @param {Turn} turn @param {Segment[]} segments */
const updateStatements = (w, slot, turn, segments) => segments.forEach(({ text, citations, kind, group }, i) => {
  const heading = group !== segments[i - 1]?.group && group;
  const sources = turn.citations.filter(({ n }) => citations.includes(n)).map(({ n, title, section }) => [n, title, section]);
  slot(`s${i}`, [text, citations, heading, sources], () => [
    heading && h('h4', '', heading),
    h('p', { class: kind === 'notice' ? kind : 'statement', lang: 'en' }, plain(text), citationNodes(w, turn, citations)),
  ]);
});

/** @param {Widget} w @param {Turn} turn */
function progressText({ t, config }, { status, progress: { stage = '', n = config.documents } = {}, said }) {
  if (status === 'sending') return t('sending');
  return stage === 'checking' || said.length ? t('checking') : n && stage ? t(stage, { n }) : t('looking');
}

/** What is said of safety: what it looks like, the ways to report, the cases, what is still asked. @param {Widget} w @param {Turn} turn */
export function safetyLines({ t, config }, { safety: { notices = [], cases = [] } = {} }) {
  const phone = config.safety?.phone ?? config.safety?.url;
  const texts = (/** @type {boolean} */ asked) => notices.filter((one) => isSafety(one) && one.code.startsWith('ASK') === asked).map(({ text }) => text);
  const said = texts(false);
  return [
    // The service's own notice names the cases and the ways to report; ours stands in where it sent none.
    ...(said.length ? said : [t('safety'), ...(phone ? [t('safetyCall', { phone })] : []),
      ...cases.filter(isSafety).map(({ case_id: id }) => t('safetyCase', { id }))]), ...texts(true),
  ];
}

/** What the service says, in its own language. @param {string} text */
const english = (text) => h('p', { lang: 'en' }, text);

/** Cases that do not concern safety and that no earlier turn has told of. @param {Widget} w @param {Turn} turn */
const newCases = ({ state: { turns } }, { askedAt, safety: { cases = [] } = {} }) => cases.filter((one) => !isSafety(one)
  && !turns.some((turn) => turn.askedAt < askedAt && turn.safety?.cases?.some(({ case_id: id }) => id === one.case_id)));

/** Each document once, with the passages of it that are cited. @param {Widget} w @param {Turn} turn @param {Citation[]} cited */
function sourceNodes(w, turn, cited) {
  const documents = Object.groupBy(cited, (one) => `${one.doc_id ?? one.title} ${one.version}`);
  /** @param {Citation} citation */
  const passage = (citation) => {
    const link = button('', (event) => w.showSource(turn.id, citation.n, event.currentTarget), 'link');
    link.append(h('b', '', String(citation.n)), h('span', '', citation.section || citation.title));
    return h('li', '', link);
  };
  return [h('h4', '', w.t('sources')), h('ol', '', ...Object.values(documents).map((all = []) =>
    h('li', '', h('b', '', all[0].title), h('small', '', provenance(w, all[0])), h('ol', '', ...all.map(passage)))))];
}

/** What went wrong: our words, and the service's, which alone are said where it could not answer. @param {Turn} turn @param {Translate} t */
export function faultLines({ status, retryable, message }, t) {
  const final = status === 'failed' && !retryable;
  const words = t(final ? 'failedFinal' : status === 'rate_limited' ? 'failed' : status);
  return [...(final || status !== 'failed' || !message ? [words] : []), ...(message ? [message] : [])];
}

/** @param {Widget} w @param {Turn} turn */
const faultNodes = (w, turn) => [
  ...faultLines(turn, w.t).map(p),
  turn.retryable && button(w.t('tryAgain'), () => w.retry(turn)),
  turn.attempts > 1 && button(w.t('keepDraft'), () => w.keep(turn.question)),
  button(w.t('contact'), () => w.handOver('contact', turn)),
];

/** @param {Widget} w @param {Turn} turn @param {HTMLElement} place */
function askWhy(w, turn, place) {
  const { t } = w;
  const heading = t('feedbackTitle');
  const form = createForm({
    name: `why-${turn.id}`,
    heading,
    fields: [
      { name: 'reason', label: heading, kind: 'radio', required: true, options: REASONS.map((key) => [key.replace('Reason', ''), t(key)]) },
      { name: 'comment', label: t('comment'), kind: 'textarea' },
    ],
    submit: t('send'),
    failed: t('formFailed'),
    send: (values) => w.rate(turn, { rating: 'not_helpful', ...values }),
    others: [[t('cancel'), () => place.replaceChildren()]],
  });
  place.replaceChildren(form);
  form.querySelector('input')?.focus();
}

/** @param {Widget} w @param {Turn} turn */
function actionNodes(w, turn) {
  const { t } = w;
  const why = h('div', 'why');
  const helpful = () => w.rate(turn, { rating: 'helpful' }).catch(() => why.replaceChildren(t('formFailed')));
  return [buttons(
    button(t('copy'), () => w.letOut('copy', turn)),
    ...(turn.rating ? [
      h('span', 'saved', t(turn.rating.rating === 'helpful' ? 'helpful' : 'notHelpful'), ' · ', t('saved')),
      button(t('change'), () => w.rate(turn), 'change'),
    ] : [button(t('helpful'), helpful), button(t('notHelpful'), () => askWhy(w, turn, why))]),
    button(t('askAgain'), () => w.retry(turn)),
    turn.answer?.answer_id && button(t('savePdf'), () => w.letOut('pdf', turn)),
    button(t('contact'), () => w.handOver('contact', turn)),
  ), why];
}

/** @param {Widget} w @param {string} title @param {string[]} texts */
export const askNodes = (w, title, texts) =>
  [h('h4', '', title), h('ul', { lang: 'en' }, ...texts.map((text) => h('li', '', button(text, () => w.ask(text), 'suggestion'))))];

/** @param {Widget} w @param {string} id */
export function createTurn(w, id) {
  const { t } = w;
  const [question, body] = ['question', 'answer'].map((name) => h('div', { class: name }));
  const node = h('article', { class: 'turn', 'aria-labelledby': `answer-${id}` }, question, body);
  const [head, slot] = [createSlots(question), createSlots(body)];
  /** @type {Slots} */
  let statements;
  return {
    node,
    /** @param {Turn} turn @param {boolean} last whether it is the newest */
    update(turn, last) {
      const { answer: { interpreted_as: interpreted = '', nearest_headings: nearest = [], resources = [], suggestions = [], answer_id = '' } = {}, status } = turn;
      const { notices = [] } = turn.safety ?? {};
      const done = isFinished(turn);
      const part = status === 'incomplete' || status === 'stopped';
      const shown = !isActive(turn) || !w.session.whole;
      const numbers = shown ? citedIn(turn) : new Set();
      const cited = turn.citations.filter(({ n }) => numbers.has(n));
      node.setAttribute('aria-busy', String(isActive(turn)));
      node.dataset.status = status;
      head('asked', turn.askedAt, () => [t('asked'), ' · ', new Date(turn.askedAt).toTimeString().slice(0, 5)]);
      head('words', turn.question, () => [p(turn.question)]);
      slot('earlier', turn.previous, () => turn.previous.map(({ segments }) => h('details', '', h('summary', '', t('earlier')),
        ...segments.map(({ text, citations }) => p(citations.length ? `${text} [${citations.join(', ')}]` : text)))));
      slot('title', [part], () => [h('h3', { id: `answer-${id}` }, t(part ? 'answerPart' : 'answer'))]);
      slot('safety', hasSafety(turn) && [turn.safety, w.config.safety], () => [h('h4', '', t('safetyTitle')),
        ...safetyLines(w, turn).map((line) => (notices.some(({ text }) => text === line) ? english : p)(line))]);
      slot('other', notices, () => notices.filter((one) => !isSafety(one)).map((one) => english(one.text)));
      slot('person', turn.person, () => [t('writingTo', { name: turn.person ?? '' })]);
      slot('progress', isActive(turn) && progressText(w, turn), () => [progressText(w, turn)]);
      slot('interpreted', interpreted, () => [h('b', '', t('interpreted')), ' ', interpreted]);
      const segments = shown ? segmentsOf(turn) : [];
      const place = slot('statements', [!!segments.length], () => []);
      if (!place.firstChild) statements = createSlots(place);
      updateStatements(w, statements, turn, segments);
      slot('case', done && turn.safety, () => newCases(w, turn).map((one) => p(t('otherCase', { id: one.case_id }))));
      slot('fault', !isActive(turn) && !done && [status, turn.attempts, turn.message], () => faultNodes(w, turn));
      slot('nearest', nearest, () => askNodes(w, t('nearest'), nearest));
      slot('sources', cited, () => sourceNodes(w, turn, cited));
      slot('limits', status === 'complete', () => [t('limits')]);
      slot('resources', resources, () => [h('h4', '', t('resources')),
        h('ul', '', ...resources.map((one) => h('li', '', w.panel.link(one.url, one.title), h('span', '', one.description))))]);
      slot('actions', done && [turn.rating, answer_id], () => actionNodes(w, turn));
      slot('suggestions', last && done && suggestions, () => askNodes(w, t('suggestions'), suggestions));
    },
  };
}
