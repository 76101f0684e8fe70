// @ts-check
/**
 * A section of an approved document: its Markdown as blocks, the cited stretch found in it, both as nodes. Blocks keep their place in the
 * text, so that a quote can be marked where it stands. What this does not know stays text: no HTML, no links, no images.
 */
/** @import {Citation, Passage} from '../contract/types' */
import { h, inlineNodes } from './render.js';

/** @typedef {import('./render.js').Range} Range */
/** @typedef {{kind: 'heading' | 'text' | 'item' | 'row', start: number, end: number, level?: number, ordered?: boolean, head?: boolean, cells?: Range[]}} Block */

/**
 * UTF-16 index of a code point index.
 * @param {string} text
 * @param {number} codePoints
 */
export function utf16(text, codePoints) {
  if (!/[\ud800-\udbff]/.test(text)) return codePoints;
  return [...text].slice(0, codePoints).join('').length;
}

/**
 * Cells of a table row as ranges, outer pipes and padding left out; `\|` is no border.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {Range[]}
 */
function cellsOf(text, start, end) {
  /** @type {Range[]} */
  const cells = [];
  for (const match of text.slice(start, end).matchAll(/(?:\\\||[^|])+/g)) {
    const from = start + match.index;
    const body = match[0].trim();
    if (body) cells.push([from + match[0].indexOf(body), from + match[0].indexOf(body) + body.length]);
    else if (from > start && from + match[0].length < end) cells.push([from, from]);
  }
  return cells;
}

/**
 * What kind of line this is, and where its content begins.
 * @param {string} line
 * @returns {{kind: Block['kind'], skip: number, level?: number, ordered?: boolean}}
 */
function kindOf(line) {
  const heading = /^(#{1,6})\s+/.exec(line);
  if (heading) return { kind: 'heading', skip: heading[0].length, level: heading[1].length };
  const item = /^\s*(?:[-*+]|(\d+)[.)])\s+/.exec(line);
  if (item) return { kind: 'item', skip: item[0].length, ordered: !!item[1] };
  if (/^\s*\|/.test(line)) return { kind: 'row', skip: 0 };
  return { kind: 'text', skip: /^\s*(?:>\s?)?/.exec(line)?.[0].length ?? 0 };
}

/**
 * Blocks of a Markdown text, in order, each with its range. A line goes on with the one before unless that ended its sentence:
 * documents hold one statement a line.
 * @param {string} text
 * @returns {Block[]}
 */
export function blocksOf(text) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {Block | undefined} */
  let open;
  let ended = false;
  for (const match of text.matchAll(/.*(?:\n|$)/g)) {
    const line = match[0].trimEnd();
    const start = match.index;
    const { kind, skip, ...rest } = kindOf(line);
    if (!line || /^(?:-{3,}|\[\^\w+\]:)/.test(line)) open = undefined;
    else if (/^\s*\|[\s|:-]+$/.test(line)) {
      const head = blocks.at(-1);
      if (head?.kind === 'row') head.head = true;
    } else if (kind === 'text' && open && !ended && open.kind !== 'heading' && open.kind !== 'row') open.end = start + line.length;
    else {
      open = { kind, start: start + skip, end: start + line.length, ...rest };
      if (kind === 'row') open.cells = cellsOf(text, start, open.end);
      blocks.push(open);
    }
    ended = /[.!?:](?:\[\^[\w-]+\])*$/.test(line);
  }
  return blocks;
}

/**
 * Where in the section the statement stands, as UTF-16 range; looked up by its words when the offsets do not fit them.
 * @param {Passage} passage
 * @param {Citation} citation
 * @returns {[number, number] | undefined}
 */
export function rangeOf({ text, start }, { quote = '', start: from = 0, end: to = 0 }) {
  const range = /** @type {[number, number]} */ ([utf16(text, from - start), utf16(text, to - start)]);
  if (from >= start && (!quote || text.slice(...range) === quote)) return range;
  const found = quote ? text.indexOf(quote) : -1;
  return found < 0 ? undefined : [found, found + quote.length];
}

/**
 * A section of a document: headings (shifted below the panel's own), paragraphs, lists, tables.
 * @param {string} text Markdown
 * @param {Range} [mark]
 */
export function documentNodes(text, mark) {
  /** @type {HTMLElement[]} */
  const nodes = [];
  for (const block of blocksOf(text)) {
    const inside = inlineNodes(text, [block.start, block.end], mark);
    const last = nodes.at(-1);
    if (block.kind === 'heading') nodes.push(h('h4', {}, ...inside));
    else if (block.kind === 'text') nodes.push(h('p', {}, ...inside));
    else if (block.kind === 'item') {
      const tag = block.ordered ? 'ol' : 'ul';
      if (last?.localName !== tag) nodes.push(h(tag));
      nodes.at(-1)?.append(h('li', {}, ...inside));
    } else {
      if (!last?.matches('.table')) nodes.push(h('div', { class: 'table', tabindex: '0', role: 'group' }, h('table')));
      const cells = (block.cells ?? []).map((cell) => h(block.head ? 'th' : 'td', {}, ...inlineNodes(text, cell, mark)));
      nodes.at(-1)?.firstElementChild?.append(h('tr', {}, ...cells));
    }
  }
  return nodes;
}
