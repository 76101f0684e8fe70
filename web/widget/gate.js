// @ts-check
/** The attestation before the first question, and what people outside its audience see. It never blocks a safety report. */
import { createForm } from './form.js';
import { button, h } from './render.js';

const PROFESSIONS = ['physician', 'nurse_practitioner', 'physician_assistant', 'nurse', 'pharmacist', 'other'];

/**
 * @param {import('../contract/types').Translate} t
 * @param {boolean} again whether a session ended under the reader
 * @param {(attestation: {accepted: true, profession: string, country: string}) => Promise<void>} accept
 * @param {() => void} decline
 */
export function createGate(t, again, accept, decline) {
  return createForm({
    name: 'gate',
    title: t('gateTitle'),
    intro: [again && h('p', { class: 'again' }, t('sessionOver')), h('p', {}, t('gate'))].filter((node) => node !== false),
    fields: [
      {
        name: 'profession', label: t('profession'), kind: 'select', required: true,
        options: [['', t('choose')], ...PROFESSIONS.map((key) => /** @type {[string, string]} */ ([key, t(key === 'other' ? 'other_profession' : key)]))],
      },
      { name: 'country', label: t('country'), kind: 'select', required: true, options: [['US', t('us')], ['other', t('elsewhere')]] },
      { name: 'attest', label: t('attest'), kind: 'checkbox', required: true },
    ],
    submit: t('continue'),
    failed: t('formFailed'),
    send: async ({ profession, country }) => (country === 'US' ? accept({ accepted: true, profession, country }) : decline()),
    others: [[t('notHcp'), decline]],
  });
}

/**
 * @param {import('../contract/types').Translate} t
 * @param {Node | null} patientLink
 * @param {() => void} back
 */
export const createDeclined = (t, patientLink, back) =>
  h('div', { class: 'form' },
    h('h3', { tabindex: '-1' }, t('declinedTitle')),
    h('p', {}, t('declined')),
    patientLink && h('p', {}, patientLink),
    h('div', { class: 'buttons' }, button(t('back'), back)));
