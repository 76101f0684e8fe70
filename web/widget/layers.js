// @ts-check
/** What covers the conversation: the gate, forms and their receipts, the survey, the screens of an ended chat. None of it blocks a safety report. */
/** @import {Field, Layer, Phase, State} from '../contract/types' */
/** @import {Widget} from './app.js' */
import { button, buttons, createForm, h, p, title } from './nodes.js';

const PROFESSIONS = ['physician', 'nurse_practitioner', 'physician_assistant', 'nurse', 'pharmacist', 'other'];

/** @param {State} state @param {Phase} phase */
export const isCovered = ({ layer, gate, session }, phase) =>
  phase !== 'closed' && (!!layer || gate !== 'passed' || session === 'expired' || session === 'ended');

/** @param {string} heading @param {...import('../contract/types').Child} children */
const screen = (heading, ...children) => h('div', 'form', title(heading), ...children);

/** @param {Widget} w @param {State} state */
function gate(w, state) {
  const { t, config } = w;
  const back = () => w.set({ gate: 'needed' });
  if (state.gate === 'declined') {
    return screen(t('declinedTitle'), p(t('declined')), config.patient_url && w.panel.link(config.patient_url, t('patientPage')), buttons(button(t('back'), back)));
  }
  const decline = () => w.set({ gate: 'declined' });
  return createForm({
    name: 'gate',
    heading: t('gateTitle'),
    intro: [state.gate === 'lapsed' && h('p', 'again', t('sessionOver')), p(t('gate'))],
    fields: [
      { name: 'profession', label: t('profession'), kind: 'select', required: true, options: [['', t('choose')], ...PROFESSIONS.map((key) => [key, t(key)])] },
      { name: 'country', label: t('country'), kind: 'select', required: true, options: [['US', t('us')], ['other', t('elsewhere')]] },
      { name: 'attest', label: t('attest'), kind: 'checkbox', required: true },
    ],
    submit: t('continue'),
    failed: t('formFailed'),
    send: async ({ profession, country }) => (country === 'US' ? w.attest({ accepted: true, profession, country }) : decline()),
    others: [[t('notHcp'), decline]],
  });
}

/** The way to a person, or to the safety team; the question is not typed twice. @param {Widget} w @param {Layer} layer @param {State} state */
function handoff(w, layer, { turns, draft }) {
  const { t, config } = w;
  const isReport = layer.kind === 'safety';
  const { phone } = (isReport ? config.safety : config.contact) ?? {};
  /** @type {Field[]} */
  const [name, ...reach] = [['name', 'yourName', 'text'], ['email', 'yourEmail', 'email'], ['phone', 'yourPhone', 'tel']]
    .map(([key, label, kind]) => ({ name: key, label: t(label), kind, autocomplete: kind === 'text' ? key : kind }));
  const question = turns.find((turn) => turn.id === layer.turnId)?.question ?? draft;
  return createForm({
    name: 'handoff',
    heading: t(isReport ? 'reportTitle' : 'contact'),
    intro: [p(t(isReport ? 'reportText' : 'contactText')), phone && p(t('call', { phone }))],
    fields: isReport ? [
      { name: 'description', label: t('whatHappened'), kind: 'textarea', required: true },
      ...['product', 'patient', 'outcome'].map((key) => ({ name: key, label: t(key) })), name, ...reach,
      { name: 'consent', label: t('mayContact'), kind: 'checkbox' },
    ] : [
      { ...name, required: true }, ...reach, { name: 'best_time', label: t('bestTime') },
      { name: 'question', label: t('question'), kind: 'textarea', value: question, required: true },
      { name: 'consent', label: t('consent'), kind: 'checkbox', required: true },
    ],
    submit: t('send'),
    failed: t('formFailed'),
    send: async (values, node) => {
      if (isReport || values.email || values.phone) return w.openCase(layer, { kind: layer.kind, ...values, consent: !!values.consent });
      const email = /** @type {HTMLInputElement} */ (node.elements.namedItem('email'));
      email.setCustomValidity(t('oneOf'));
      email.reportValidity();
      node.addEventListener('input', () => email.setCustomValidity(''), { once: true });
    },
    others: [[t('cancel'), () => w.uncover()]],
  });
}

/** @param {Widget} w @param {Layer} layer */
const receipt = (w, { kind, receipt: { case_id: id = '', due_at: due = '', out_of_hours: closed = false } = {} }) => screen(w.t('receiptTitle'),
  id && p(w.t('receiptCase', { id })), closed && p(w.t('outOfHours')),
  kind === 'safety' ? p(w.t('receiptSafety')) : due && p(w.t('receiptDue', { date: w.date(due) })),
  buttons(button(w.t('back'), () => w.uncover(), 'primary')));

/** @param {Widget} w */
const survey = (w) => createForm({
  name: 'survey',
  heading: w.t('surveyTitle'),
  fields: ['credibility', 'relevance', 'confidence'].map((name) => ({ name, label: w.t(name), kind: 'radio', options: [1, 2, 3, 4, 5].map((level) => [String(level), w.t(`level${level}`)]) })),
  submit: w.t('send'),
  failed: w.t('formFailed'),
  send: (values) => w.survey(Object.fromEntries(Object.entries(values).map(([name, level]) => [name, Number(level)]))),
  others: [[w.t('skip'), () => w.forget('ended')]],
});

/** @param {Widget} w @param {State} state */
export function createScreen(w, state) {
  const { layer, session, draft } = state;
  if (layer) return layer.name === 'handoff' ? handoff(w, layer, state) : layer.name === 'survey' ? survey(w) : receipt(w, layer);
  if (session === 'active' || session === 'expiring') return gate(w, state);
  return screen(w.t(`${session}Title`), p(w.t(session)), session === 'expired' && p(w.t('ended')),
    buttons(button(w.t('newChat'), () => w.newChat(), 'primary'), draft && button(w.t('keepDraft'), () => w.keep(draft))));
}
