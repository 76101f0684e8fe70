// @ts-check
/** Forms of labelled fields. What was typed stays when sending fails; the browser's own validation says what is missing. */
import { button, h } from './render.js';

/** @typedef {{name: string, label: string, kind?: string, required?: boolean, value?: string, options?: [string, string][], autocomplete?: string}} Field */

/** @param {string} prefix @param {Field} field */
function fieldNode(prefix, { name, label, kind = 'text', required = false, value = '', options = [], autocomplete }) {
  const id = `${prefix}-${name}`;
  const common = { id, name, required, autocomplete };
  if (kind === 'radios') {
    const choices = options.map(([key, text]) =>
      h('label', { class: 'choice' }, h('input', { type: 'radio', name, value: key, required }), h('span', {}, text)));
    return h('fieldset', {}, h('legend', {}, label), h('div', { class: 'choices' }, ...choices));
  }
  if (kind === 'checkbox') {
    return h('label', { class: 'choice' }, h('input', { ...common, type: kind, value: 'yes' }), h('span', {}, label));
  }
  const control =
    kind === 'select' ? h('select', common, ...options.map(([key, text]) => h('option', { value: key }, text)))
    : kind === 'textarea' ? h('textarea', { ...common, rows: '3' }, value)
    : h('input', { ...common, type: kind, value });
  return h('div', { class: 'field' }, h('label', { for: id }, label), control);
}

/**
 * @param {object} form
 * @param {string} form.name prefix of its ids
 * @param {string} form.title
 * @param {(Node | string)[]} [form.intro]
 * @param {Field[]} form.fields
 * @param {string} form.submit
 * @param {string} form.failed said when sending fails
 * @param {(values: Record<string, string>, node: HTMLFormElement) => Promise<void>} form.send
 * @param {[string, () => void][]} [form.others] further buttons
 */
export function createForm({ name, title, intro = [], fields, submit, failed, send, others = [] }) {
  const fault = h('p', { class: 'fault', role: 'alert' });
  const go = h('button', { class: 'primary' }, submit);
  /** @param {SubmitEvent} event */
  const onsubmit = async (event) => {
    event.preventDefault();
    const values = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(node)));
    for (const key of Object.keys(values)) if (!values[key].trim()) delete values[key];
    fault.textContent = '';
    go.disabled = true;
    try {
      await send(values, node);
    } catch {
      fault.textContent = failed;
    }
    go.disabled = false;
  };
  const node = h('form', { class: 'form', 'aria-labelledby': `${name}-title`, onsubmit },
    h('h3', { id: `${name}-title`, tabindex: '-1' }, title),
    ...intro,
    ...fields.map((field) => fieldNode(name, field)),
    fault,
    h('div', { class: 'buttons' }, go, ...others.map(([label, act]) => button(label, act))));
  return node;
}
