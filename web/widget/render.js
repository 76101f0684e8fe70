// @ts-check
/**
 * DOM nodes from data. Text becomes text nodes, never markup; no inline style, no `innerHTML`, no image, no link made from text.
 */
import { inlineOf } from './text.js';

/** @typedef {Record<string, any>} Props `on…` functions are listeners, booleans set or leave out, the rest are attributes */
/** @typedef {[number, number]} Range UTF-16, end exclusive */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...present(children));
  return node;
}

/** @typedef {Node | string | null | undefined | false} Child nothing is shown for the last three */

/** @param {Child[]} children */
const present = (children) => /** @type {(Node | string)[]} */ (children.filter((child) => child != null && child !== false));

/**
 * @param {string} label
 * @param {(event: Event) => void} onclick
 * @param {Props} [props]
 */
export const button = (label, onclick, props = {}) => h('button', { type: 'button', ...props, onclick }, label);

/** An ARIA state that is there or not. @param {Element} node @param {string} name @param {boolean} on */
export const setFlag = (node, name, on) => (on ? node.setAttribute(name, 'true') : node.removeAttribute(name));

/** @param {string} path an SVG path in a 24 × 24 box, drawn as a line */
export function icon(path) {
  const [svg, line] = ['svg', 'path'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/**
 * Named places in a node, each rebuilt only when the facts it is made of change, so that focus and selection survive.
 * @param {HTMLElement} parent
 * @returns {(name: string, facts: unknown, build: () => Child[]) => HTMLElement}
 */
export function createSlots(parent) {
  /** @type {Map<string, {place: HTMLElement, key: string}>} */
  const held = new Map();
  return (name, facts, build) => {
    const key = JSON.stringify(facts) ?? '';
    let slot = held.get(name);
    if (slot?.key === key) return slot.place;
    if (!slot) {
      slot = { place: h('div', { class: name }), key };
      held.set(name, slot);
      parent.append(slot.place);
    }
    slot.key = key;
    const controls = () => /** @type {HTMLElement[]} */ ([.../** @type {typeof slot} */ (slot).place.querySelectorAll('button,a')]);
    const focused = controls().findIndex((one) => one.matches(':focus'));
    slot.place.replaceChildren(...present(build()));
    controls()[focused]?.focus();
    return slot.place;
  };
}

/**
 * A stretch of text with the part inside `mark` in a `<mark>`.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {Range} [mark]
 * @returns {(Node | string)[]}
 */
function marked(text, start, end, mark) {
  const [from, to] = mark ? [Math.max(start, mark[0]), Math.min(end, mark[1])] : [end, end];
  if (from >= to) return [text.slice(start, end)];
  return [text.slice(start, from), h('mark', {}, text.slice(from, to)), text.slice(to, end)].filter((piece) => piece !== '');
}

/** @type {Record<string, 'strong' | 'em' | 'code'>} */
const TAGS = { strong: 'strong', em: 'em', code: 'code' };

/**
 * @param {string} text
 * @param {Range} [range]
 * @param {Range} [mark]
 * @returns {(Node | string)[]}
 */
export function inlineNodes(text, range = [0, text.length], mark = undefined) {
  return inlineOf(text, ...range).flatMap(({ kind, start, end }) => {
    const nodes = marked(text, start, end, mark);
    if (kind === 'text') return nodes;
    if (kind !== 'note') return [h(TAGS[kind], {}, ...nodes)];
    const notes = h('sup', {}, text.slice(start + 2, end - 1).replaceAll('][^', ', '));
    return [nodes[0] instanceof Node ? h('mark', {}, notes) : notes];
  });
}
