// @ts-check
/**
 * Text in, data out, no DOM: citation marks, the Markdown that approved documents use, offsets, identifiers, addresses.
 * Everything keeps offsets into its input, so that a quoted range can be marked where it stands.
 */

/** @typedef {{kind: 'heading' | 'text' | 'item' | 'row', start: number, end: number, level?: number, ordered?: boolean, head?: boolean, cells?: [number, number][]}} Block */
/** @typedef {{kind: 'text' | 'strong' | 'em' | 'code' | 'note', start: number, end: number}} Inline */

const MARK = /\s?\[(\d{1,3}(?:\s*[-,–]\s*\d{1,3})*)\]/g;

/**
 * Numbers of a mark's inside: "1, 3" gives [1, 3], "1-3" gives [1, 2, 3].
 * @param {string} list
 */
export function expandNumbers(list) {
  return list.split(',').flatMap((item) => {
    const [first, last = first] = item.split(/[-–]/).map(Number);
    return Array.from({ length: Math.max(0, Math.min(last - first, 99)) + 1 }, (_, i) => first + i);
  });
}

/**
 * Take the marks whose numbers are known out of a sentence; a number nobody knows stays where it is, as text.
 * @param {string} text
 * @param {Set<number>} known
 */
export function splitMarks(text, known) {
  /** @type {number[]} */
  const citations = [];
  /** @type {number[]} */
  const unknown = [];
  const plain = text.replace(MARK, (_whole, list) => {
    const numbers = expandNumbers(list);
    const strange = numbers.filter((n) => !known.has(n));
    citations.push(...numbers.filter((n) => known.has(n) && !citations.includes(n)));
    unknown.push(...strange);
    return strange.length ? ` [${strange.join(', ')}]` : '';
  });
  return { text: plain.trim(), citations, unknown };
}

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
 * @returns {[number, number][]}
 */
function cellsOf(text, start, end) {
  /** @type {[number, number][]} */
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

const INLINE = /\*\*(?<strong>.+?)\*\*|(?<![\w*])\*(?<em>[^*\s](?:[^*]*[^*\s])?)\*(?!\w)|`(?<code>[^`]+)`|(?<note>(?:\[\^[\w-]+\])+)|\[(?<text>[^\]]+)\]\([^)\s]+\)|\\(?<escaped>[\\*_|[\]<>#])/gs;

/**
 * Inline pieces of a range. Links give their text only: a link exists only in a source record. Footnote marks are `note`.
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {Inline[]}
 */
export function inlineOf(text, start, end) {
  /** @type {Inline[]} */
  const pieces = [];
  let at = start;
  for (const match of text.slice(start, end).matchAll(INLINE)) {
    const [name, inside = ''] = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined) ?? ['text'];
    const from = start + match.index;
    const kind = /** @type {Inline['kind']} */ (name === 'escaped' ? 'text' : name);
    if (from > at) pieces.push({ kind: 'text', start: at, end: from });
    const offset = from + match[0].indexOf(inside);
    pieces.push({ kind, start: offset, end: offset + inside.length });
    at = from + match[0].length;
  }
  if (at < end) pieces.push({ kind: 'text', start: at, end });
  return pieces;
}

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic)[a-z]*';
/** @type {[string, RegExp][]} */
const IDENTIFIERS = [
  ['email', /[^\s@]+@[^\s@]+\.[a-z]{2,}/i],
  ['phone', /(?:\(\d{3}\)\s?|\b\d{3}[\s.-])\d{3}[\s.-]\d{4}\b|\b\d{3}-\d{4}\b|\+\d[\d\s.-]{7,}\d/],
  ['date', new RegExp(`(?<![\\d.])\\d{1,2}([/.-])\\d{1,2}\\1(?:19|20)?\\d{2}\\b|\\b(?:19|20)\\d{2}-\\d{2}-\\d{2}\\b|\\b\\d{1,2}(?: de)? ${MONTH}(?: de)?,? \\d{4}\\b|\\b${MONTH} \\d{1,2},? \\d{4}\\b`, 'i')],
  ['number', /\b\d{6,}\b|\bMRN\b/i],
  ['name', /\b(?:Mrs?|Ms|Miss|Sra?)\.? [A-ZÁÉÍÓÚÑ][a-záéíóúñ]+/],
];

/**
 * Kinds of personal identifiers a question seems to hold: a reminder to its writer. The service masks on its own account.
 * @param {string} text
 * @returns {string[]}
 */
export function identifiersIn(text) {
  return IDENTIFIERS.filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind);
}

/**
 * An absolute http(s) address, or null for anything else.
 * @param {string | undefined} address
 * @param {string | URL} base
 */
export function safeUrl(address, base) {
  if (!address) return null;
  try {
    const url = new URL(address, base);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}
