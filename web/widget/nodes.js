// @ts-check
/** DOM nodes from data: text becomes text nodes, never markup; no inline style, no image, no link made from text. */
/** @import {Child, Field, Form, Slots, Tree} from '../contract/types' */

/** @param {Element} node @param {...Child} children instead of those it has */
export const fill = (node, ...children) => node.replaceChildren(.../** @type {Node[]} */ (children.flat().filter(Boolean)));

/**
 * `on…` props are listeners, booleans set or leave out, the rest are attributes; a text instead of props is the class.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, any> | string} [props] @param {...Child} children @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = '', ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(typeof props === 'string' ? { class: props } : props)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) node.setAttribute(name, value === true ? '' : value);
  }
  fill(node, ...children);
  return node;
}

/** @param {string} label @param {(event: any) => void} onclick @param {Record<string, any> | string} [props] */
export const button = (label, onclick, props) => Object.assign(h('button', props, label), { type: 'button', onclick });

/** @param {...Child} children */
export const buttons = (...children) => h('div', 'buttons', ...children);

/** @param {string} text */
export const p = (text) => h('p', '', text);

/** A heading that takes the focus when its screen opens. @param {string} text @param {string} [id] */
export const title = (text, id) => h('h3', { id, tabindex: '-1' }, text);

/** A control that is a cross. @param {string} label @param {() => void} onclick */
export const cross = (label, onclick) => button('×', onclick, { class: 'icon', 'aria-label': label });

/** @param {Element} node @param {string} name of an ARIA state @param {boolean} on */
export const setFlag = (node, name, on) => (on ? node.setAttribute(name, 'true') : node.removeAttribute(name));

/**
 * Named places in a node, each rebuilt only when the facts it is made of change, so that focus and selection survive.
 * An empty list is no fact. @param {HTMLElement} parent @returns {Slots}
 */
export function createSlots(parent) {
  /** @type {Record<string, {place: HTMLElement, key?: string}>} */
  const held = {};
  return (name, facts, build) => {
    held[name] ??= { place: parent.appendChild(h('div', { class: name })) };
    const { place, key } = held[name];
    const now = JSON.stringify(facts) ?? '';
    if (key === now) return place;
    held[name].key = now;
    const controls = () => /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll('button,a'));
    const focused = [...controls()].findIndex((one) => one.matches(':focus'));
    fill(place, ...(facts && now !== '[]' ? build() : []));
    controls()[focused]?.focus();
    return place;
  };
}

const DOCUMENT_TAGS = /^(?:p|[uo]l|li|table|t[rhd]|mark|sup|strong|em|code|pre)$/;

/** A document as the service renders it: texts, and elements as `[name, ...what it holds]`. @param {Tree[]} tree @returns {Child[]} */
export const documentNodes = (tree) => tree.map((one) => {
  if (typeof one === 'string') return one;
  const [name, ...inside] = one;
  const node = h(/** @type {'p'} */ (DOCUMENT_TAGS.test(name) ? name : 'h4'), {}, ...documentNodes(inside));
  return name === 'table' ? h('div', { class: name, tabindex: '0', role: 'group' }, node) : node;
});

/** A statement without its footnote marks and emphasis. @param {string} text */
export const plain = (text) => text.replace(/\[\^[\w-]+\]|\*\*|\\(?=\W)/g, '');

/** @param {string} form prefix of the ids @param {Field} field */
function fieldNode(form, { name, label, kind = 'text', required, value = '', options = [], autocomplete }) {
  const common = { id: `${form}-${name}`, name, required, autocomplete };
  /** @param {string} text @param {Record<string, any>} props */
  const choice = (text, props) => h('label', 'choice', h('input', { required, name, type: kind, ...props }), h('span', '', text));
  if (kind === 'checkbox') return choice(label, { ...common, value: 'yes' });
  if (kind === 'radio') return h('fieldset', '', h('legend', '', label), h('div', 'choices', ...options.map(([key, text]) => choice(text, { value: key }))));
  return h('div', 'field', h('label', { for: common.id }, label),
    kind === 'select' ? h('select', common, ...options.map(([key, text]) => h('option', { value: key }, text)))
    : kind === 'textarea' ? h('textarea', { ...common, rows: '3' }, value)
    : h('input', { ...common, type: kind, value }));
}

/** What was typed stays when sending fails; the browser's own validation says what is missing. @param {Form} form */
export function createForm({ name, heading, intro = [], fields, submit, failed, send, others }) {
  const fault = h('p', { class: 'fault', role: 'alert' });
  const go = h('button', 'primary', submit);
  /** @param {SubmitEvent} event */
  const onsubmit = async (event) => {
    event.preventDefault();
    /** @type {any} */
    const filled = [...new FormData(node)].filter(([, value]) => String(value).trim());
    fault.textContent = '';
    go.disabled = true;
    await send(Object.fromEntries(filled), node).catch(() => { fault.textContent = failed; });
    go.disabled = false;
  };
  const node = h('form', { class: 'form', 'aria-labelledby': `${name}-title`, onsubmit },
    title(heading, `${name}-title`), ...intro, ...fields.map((field) => fieldNode(name, field)), fault, buttons(go, ...others.map(([label, act]) => button(label, act))));
  return node;
}
