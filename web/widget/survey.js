// @ts-check
/** The three statements of the satisfaction survey, five levels each. Skippable; asked once per session, never over an unread answer. */
import { createForm } from './form.js';
import { h } from './render.js';

/**
 * @param {import('../contract/types').Translate} t
 * @param {(survey: Record<string, number>) => Promise<void>} send
 * @param {() => void} skip
 */
export function createSurvey(t, send, skip) {
  /** @type {[string, string][]} */
  const options = ['1', '2', '3', '4', '5'].map((level) => [level, t(`level${level}`)]);
  return createForm({
    name: 'survey',
    title: t('surveyTitle'),
    intro: [h('p', {}, t('surveyText'))],
    fields: ['credibility', 'relevance', 'confidence'].map((name) => ({ name, label: t(name), kind: 'radios', options })),
    submit: t('submit'),
    failed: t('notSaved'),
    send: (values) => send(Object.fromEntries(Object.entries(values).map(([name, level]) => [name, Number(level)]))),
    others: [[t('skip'), skip]],
  });
}
