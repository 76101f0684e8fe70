// @ts-check
/** The way to a person: the contact form, the safety report form, and the receipt with its case number. */
/** @import {Config, Layer, Translate} from '../contract/types' */
import { createForm } from './form.js';
import { button, h } from './render.js';
import { longDate } from './turn.js';

/**
 * The phone line that goes with a form, where there is one.
 * @param {Translate} t @param {{phone?: string, hours?: string}} [line]
 */
const callNodes = (t, { phone, hours } = {}) =>
  phone ? [h('p', {}, t('call', { phone }), hours ? `. ${t('hours', { hours })}` : '')] : [];

/** @param {Translate} t @returns {import('./form.js').Field[]} */
const addressFields = (t) => [
  { name: 'name', label: t('yourName'), autocomplete: 'name' },
  { name: 'email', label: t('yourEmail'), kind: 'email', autocomplete: 'email' },
  { name: 'phone', label: t('yourPhone'), kind: 'tel', autocomplete: 'tel' },
];

/**
 * @param {Layer} layer
 * @param {string} question what was asked, so that nobody types it twice
 * @param {Translate} t
 * @param {Config} config
 * @param {(request: Record<string, unknown>) => Promise<void>} send
 * @param {() => void} cancel
 */
export function createHandoff(layer, question, t, config, send, cancel) {
  const safety = layer.kind === 'safety';
  const [name, ...reach] = addressFields(t);
  const contact = [
    { ...name, required: true }, ...reach,
    { name: 'best_time', label: t('bestTime') },
    { name: 'question', label: t('yourQuestion'), kind: 'textarea', value: question, required: true },
    { name: 'consent', label: t('consent'), kind: 'checkbox', required: true },
  ];
  const report = [
    { name: 'description', label: t('whatHappened'), kind: 'textarea', required: true },
    { name: 'product', label: t('product') }, { name: 'patient', label: t('patient') }, { name: 'outcome', label: t('outcome') },
    ...addressFields(t),
    { name: 'consent', label: t('mayContact'), kind: 'checkbox' },
  ];
  return createForm({
    name: 'handoff',
    title: t(safety ? 'reportTitle' : 'contactTitle'),
    intro: [h('p', {}, t(safety ? 'reportText' : 'contactText')), ...callNodes(t, safety ? config.safety : config.contact)],
    fields: safety ? report : contact,
    submit: t('submit'),
    failed: t('formFailed'),
    send: async (values, node) => {
      const email = /** @type {HTMLInputElement} */ (node.elements.namedItem('email'));
      if (!safety && !values.email && !values.phone) {
        email.setCustomValidity(t('oneOf'));
        email.reportValidity();
        node.addEventListener('input', () => email.setCustomValidity(''), { once: true });
        return;
      }
      await send({ kind: layer.kind, ...values, consent: !!values.consent });
    },
    others: [[t('cancel'), cancel]],
  });
}

/**
 * @param {Layer} layer
 * @param {Translate} t
 * @param {string} locale
 * @param {() => void} back
 */
export function createReceipt({ kind, receipt }, t, locale, back) {
  const lines = [
    receipt?.case_id && t('receiptCase', { id: receipt.case_id }),
    receipt?.out_of_hours && t('outOfHours'),
    kind === 'safety' ? t('receiptSafety') : receipt?.due_at && t('receiptDue', { date: longDate(receipt.due_at, locale) }),
  ];
  return h('div', { class: 'form' },
    h('h3', { tabindex: '-1' }, t('receiptTitle')),
    ...lines.map((line) => line && h('p', {}, line)),
    h('div', { class: 'buttons' }, button(t('receiptBack'), back, { class: 'primary' })));
}
