import assert from "node:assert/strict";
import { test } from "node:test";

import { targetOf } from "../../../web/console/keys.js";
import { newsOf } from "../../../web/console/live.js";
import { spanWords, timeLeft } from "../../../web/console/times.js";

const HOUR = 3_600_000;

test("a deadline is said in its two largest units, as the server says it", () => {
  assert.equal(spanWords(0), "0 min");
  assert.equal(spanWords(59), "59 min");
  assert.equal(spanWords(60), "1 h");
  assert.equal(spanWords(200), "3 h 20 min");
  assert.equal(spanWords(1440), "1 d");
  assert.equal(spanWords(2 * 1440 + 185), "2 d 3 h");
});

test("what is over is late, what is not is left", () => {
  assert.equal(timeLeft(5 * HOUR, 2 * HOUR), "3 h left");
  assert.equal(timeLeft(2 * HOUR, 5 * HOUR), "3 h late");
});

test("news is what became urgent, before what is only new", () => {
  assert.equal(newsOf({ open: 1, overdue: 0 }, { open: 1, overdue: 0 }), "");
  assert.match(newsOf({ open: 1, overdue: 0 }, { open: 2, overdue: 0 }), /^1 new case /);
  assert.match(newsOf({ open: 1, overdue: 0 }, { open: 4, overdue: 1 }), /urgent/);
  assert.equal(newsOf({ open: 4 }, { open: 2 }), "");
});

const press = (key, more = {}) => ({ key, target: { closest: () => null }, ...more });
const page = { querySelector: (selector) => selector };

test("keys lead to the next and the previous case", () => {
  assert.match(targetOf(press("j"), page), /rel=next/);
  assert.match(targetOf(press("k"), page), /rel=prev/);
  assert.equal(targetOf(press("x"), page), null);
});

test("keys with a modifier, in a field, or while composing do nothing", () => {
  assert.equal(targetOf(press("j", { ctrlKey: true }), page), null);
  assert.equal(targetOf(press("j", { isComposing: true }), page), null);
  assert.equal(targetOf(press("j", { target: { closest: () => ({}) } }), page), null);
});
