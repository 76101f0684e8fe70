// @ts-check
/**
 * Text in, data out, no DOM: citation marks, emphasis and notes inside a sentence, identifiers, addresses.
 */

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
 * The statements of an answer's text as it stands so far: one to a line, or cut behind the mark that ends one. A line without
 * a mark and a full stop is the heading of what follows; the last one may be half a sentence and waits while more arrives.
 * @param {string} text
 * @param {Set<number>} known
 * @param {boolean} arriving
 */
export function statementsIn(text, known, arriving) {
  /** @type {import('../contract/types').Segment[]} */
  const segments = [];
  /** @type {number[]} */
  const unknown = [];
  let group = '';
  const pieces = text.split(/\n+|(?<=[.!?:)”"] ?\[[\d,–\- ]+\])\s+/).filter((piece) => piece.trim());
  pieces.forEach((piece, i) => {
    const split = splitMarks(piece, known);
    const whole = split.citations.length || split.unknown.length || /[.!?:;)”"]$/.test(split.text);
    unknown.push(...split.unknown);
    if (whole || (i === pieces.length - 1 && !arriving)) segments.push({ text: split.text, citations: split.citations, ...(!split.citations.length && { kind: 'notice' }), ...(group && { group }) });
    else group = split.text;
  });
  return { segments, unknown };
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
