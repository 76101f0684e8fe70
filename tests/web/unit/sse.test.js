// The event stream parser: line ends, split input, comments, unfinished events.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createParser } from '../../../web/widget/state.js';

/** @param {string[]} chunks */
function parse(...chunks) {
  const seen = [];
  const parser = createParser((data) => seen.push(data));
  chunks.forEach(parser.push);
  parser.end();
  return seen;
}

test('an event ends with an empty line', () => {
  assert.deepEqual(parse('data: {"a":1}\n\ndata: [DONE]\n\n'), ['{"a":1}', '[DONE]']);
});

test('every line end of the standard is one', () => {
  for (const end of ['\n', '\r\n', '\r']) assert.deepEqual(parse(`data: a${end}data: b${end}${end}data: c${end}${end}`), ['a\nb', 'c']);
});

test('any way of cutting the text gives the same events', () => {
  const text = ': ping\r\ndata: 5 µg 𝛽\r\n\r\nevent: x\nid: 1\ndata:b\n\n';
  for (let i = 0; i <= text.length; i += 1) assert.deepEqual(parse(text.slice(0, i), text.slice(i)), ['5 µg 𝛽', 'b'], `cut at ${i}`);
  assert.deepEqual(parse(...text), ['5 µg 𝛽', 'b']);
});

test('comments, other fields and events without data say nothing', () => {
  assert.deepEqual(parse(': ping\n\nevent: e\nretry: 3\nid: 9\n\n'), []);
});

test('an event that was not closed is dropped', () => {
  assert.deepEqual(parse('data: whole\n\ndata: half\n'), ['whole']);
});

test('one space after the colon belongs to the format, more belong to the data', () => {
  assert.deepEqual(parse('data:  a\n\ndata\n\ndatax: b\n\n'), [' a', '']);
});
