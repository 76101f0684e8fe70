// Marks, Markdown with offsets, identifiers, addresses.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { blocksOf, rangeOf, utf16 } from '../../../web/widget/document.js';
import { expandNumbers, identifiersIn, inlineOf, safeUrl, splitMarks } from '../../../web/widget/text.js';

test('a mark may hold one number, a list or a range', () => {
  assert.deepEqual(expandNumbers('1, 3'), [1, 3]);
  assert.deepEqual(expandNumbers('2–4,9'), [2, 3, 4, 9]);
  assert.deepEqual(expandNumbers('5-4'), [5]);
});

test('known marks leave the text, each number once', () => {
  const split = splitMarks('PFS was 3.8 months [1], not 1.9 [1, 2].\n', new Set([1, 2]));
  assert.deepEqual(split, { text: 'PFS was 3.8 months, not 1.9.', citations: [1, 2], unknown: [] });
});

test('a number nobody knows stays as text and is told', () => {
  assert.deepEqual(splitMarks('As shown [1, 7].', new Set([1])), { text: 'As shown [7].', citations: [1], unknown: [7] });
});

test('brackets that are no marks are left alone', () => {
  for (const text of ['[the patient] had [^3] and [95% CI]', 'a[i]']) assert.equal(splitMarks(text, new Set([3, 95])).text, text);
});

test('code point offsets become UTF-16 offsets', () => {
  assert.equal(utf16('a𝛽c', 2), 3);
  assert.equal(utf16('abc', 2), 2);
  const text = '𝛽'.repeat(5) + 'µ';
  for (let i = 0; i <= 6; i += 1) assert.equal([...text.slice(0, utf16(text, i))].length, i);
});

test('a quote is found by its offsets, by its words, or not at all', () => {
  const passage = { text: 'µ 𝛽 one. Two.', start: 100 };
  assert.deepEqual(rangeOf(passage, { start: 104, end: 108, quote: 'one.' }), [5, 9]);
  assert.deepEqual(rangeOf(passage, { start: 3, end: 7, quote: 'Two.' }), [10, 14], 'offsets of another version');
  assert.equal(rangeOf(passage, { start: 104, end: 108, quote: 'three' }), undefined);
});

test('blocks keep their place in the text', () => {
  const text = '## Head\n\nOne line\nthat goes on.[^1]\nA second statement.\n\n- item a\n  more\n1. item b\n\n| A | B |\n|---|---|\n| x | y \\| z |\n';
  const blocks = blocksOf(text);
  const read = blocks.map(({ kind, start, end }) => [kind, text.slice(start, end)]);
  assert.deepEqual(read, [
    ['heading', 'Head'], ['text', 'One line\nthat goes on.[^1]'], ['text', 'A second statement.'],
    ['item', 'item a\n  more'], ['item', 'item b'], ['row', '| A | B |'], ['row', '| x | y \\| z |'],
  ]);
  assert.equal(blocks[5].head, true);
  assert.deepEqual(blocks[6].cells?.map(([a, b]) => text.slice(a, b)), ['x', 'y \\| z']);
});

test('no word of a packaged document is lost between blocks', () => {
  const url = new URL('../../../corpus/documents/hr-her2-mbc/vv-med-156150.md', import.meta.url);
  const text = readFileSync(url, 'utf8').split('\n---\n')[1];
  const shown = blocksOf(text).map(({ start, end }) => text.slice(start, end)).join('\n');
  const words = (/** @type {string} */ s) => s.match(/[\p{L}\p{N}]+/gu)?.sort().join(' ');
  assert.equal(words(shown), words(text));
});

test('inline pieces: emphasis, code, notes; links give their words only', () => {
  const text = 'a **b** *c* `d` e[^1][^12] [f](https://x.example) 2\\*3 ESR1_mut_x';
  const read = inlineOf(text, 0, text.length).map(({ kind, start, end }) => [kind, text.slice(start, end)]);
  assert.deepEqual(read, [
    ['text', 'a '], ['strong', 'b'], ['text', ' '], ['em', 'c'], ['text', ' '], ['code', 'd'], ['text', ' e'], ['note', '[^1][^12]'],
    ['text', ' '], ['text', 'f'], ['text', ' 2'], ['text', '*'], ['text', '3 ESR1_mut_x'],
  ]);
});

test('inline pieces never leave their range and never overlap', () => {
  const signs = ['*', '**', '`', '[', ']', '(', ')', '^', '\\', 'x', ' ', '|', '1'];
  let seed = 7;
  for (let round = 0; round < 500; round += 1) {
    let text = '';
    for (let i = 0; i < 24; i += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      text += signs[seed % signs.length];
    }
    let at = 2;
    for (const { start, end } of inlineOf(text, 2, text.length - 2)) {
      assert.ok(start >= at && end >= start && end <= text.length - 2, text);
      at = end;
    }
  }
});

test('identifiers are noticed, medicine is not', () => {
  assert.deepEqual(identifiersIn('reach me at a.b@example.org or (317) 555-0100'), ['email', 'phone']);
  assert.deepEqual(identifiersIn('born 02/03/1960'), ['date']);
  assert.deepEqual(identifiersIn('born 3 March 1960, MRN 884213'), ['date', 'number']);
  assert.deepEqual(identifiersIn('Mrs Sample asks'), ['name']);
  const fine = [
    'Median PFS 3.8 vs 1.9 months (HR 0.55, 95% CI 0.39-0.77, p=.0005)?', '58F ECOG1, 400 mg daily, ALT 8x ULN wk 6', 'NCT03778931 results 2023',
    '2L options HR+/HER2- MBC post palbo+letrozole', 'EMERALD: 30.6% (44/144)', 'J Clin Oncol 2023;41:123-130',
  ];
  for (const text of fine) assert.deepEqual(identifiersIn(text), [], text);
});

test('only http and https addresses are links', () => {
  assert.equal(safeUrl('/sources/x', 'https://mi.example/')?.href, 'https://mi.example/sources/x');
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'http://[', '', undefined]) {
    assert.equal(safeUrl(bad, 'https://mi.example/'), null, bad);
  }
});
