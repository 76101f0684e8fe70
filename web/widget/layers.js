// @ts-check
/** What covers the conversation: the gate, forms, receipts, the survey and the screens of an ended chat. Each form's module loads on use. */
/** @import {Config, Layer, Phase, State, Translate} from '../contract/types' */
import { button, createSlots, h } from './render.js';

const COVERING = ['gate', 'handoff_form', 'handoff_done', 'survey', 'expired', 'ended'];

/** @param {State} state @param {Phase} phase */
export const isCovered = ({ layer, gate }, phase) =>
  COVERING.includes(phase) || (phase === 'session_expiring' && (!!layer || gate !== 'passed'));

/**
 * @typedef {object} LayerActs
 * @property {(attestation: {accepted: true, profession: string, country: string}) => Promise<void>} attest
 * @property {() => void} decline
 * @property {() => void} undecline
 * @property {(layer: Layer, request: Record<string, unknown>) => Promise<void>} openCase
 * @property {(answers: Record<string, number>) => Promise<void>} survey
 * @property {() => void} finish
 * @property {() => void} uncover
 * @property {() => void} newChat
 * @property {(text: string) => void} keep
 */

/**
 * @param {object} layers
 * @param {HTMLElement} layers.place
 * @param {Translate} layers.t
 * @param {string} layers.locale
 * @param {() => Config} layers.config
 * @param {(address: string, label: string) => Node} layers.link
 * @param {() => boolean} layers.isQuiet whether the focus must stay where it is
 * @param {LayerActs} layers.acts
 */
export function createLayers({ place, t, locale, config, link, isQuiet, acts }) {
  const slot = createSlots(place);
  let serial = 0;
  const focus = () => {
    if (!isQuiet()) place.querySelector('h3')?.focus();
  };

  /** @param {'expired' | 'ended'} phase @param {string} draft */
  const over = async (phase, draft) => h('div', { class: 'form' },
    h('h3', { tabindex: '-1' }, t(`${phase}Title`)), h('p', {}, t(phase)),
    h('div', { class: 'buttons' },
      button(t('newChat'), acts.newChat, { class: 'primary' }), draft && button(t('keepDraft'), () => acts.keep(draft))));

  /** @param {State} state */
  const gate = async (state) => {
    const { createDeclined, createGate } = await import('./gate.js');
    const patients = config().patient_url;
    return state.gate === 'declined'
      ? createDeclined(t, patients ? link(patients, t('patientPage')) : null, acts.undecline)
      : createGate(t, state.gate === 'lapsed', acts.attest, acts.decline);
  };

  /** @param {Layer} layer @param {State} state */
  const form = async (layer, { turns, draft }) => {
    if (layer.name === 'survey') return (await import('./survey.js')).createSurvey(t, acts.survey, acts.finish);
    const { createHandoff, createReceipt } = await import('./handoff.js');
    const question = turns.find((turn) => turn.id === layer.turnId)?.question ?? draft;
    return layer.name === 'handoff'
      ? createHandoff(layer, question, t, config(), (request) => acts.openCase(layer, request), acts.uncover)
      : createReceipt(layer, t, locale, acts.uncover);
  };

  return {
    focus,
    /** Show the screen of a phase, and put the focus on its heading when it is new. @param {Phase} phase @param {State} state */
    paint(phase, state) {
      const shown = phase === 'session_expiring' ? undefined : isCovered(state, phase) && [phase, state.layer, state.gate];
      if (shown === undefined) return;
      slot('screen', shown, () => {
        const mine = ++serial;
        const node = !shown ? undefined : state.layer ? form(state.layer, state) : phase === 'gate' ? gate(state) : over(/** @type {'ended'} */ (phase), state.draft);
        node?.then((screen) => {
          if (mine !== serial) return;
          place.firstElementChild?.replaceChildren(screen);
          focus();
        });
        return [];
      });
    },
  };
}
