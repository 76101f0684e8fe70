// The reducer: every state of the specification, and the golden transcripts folded into their Answer.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { citedIn, createParser, INITIAL, isKnown, phaseOf, reduce, segmentsOf } from '../../../web/widget/state.js';

const TRANSCRIPTS = new URL('../../../web/contract/transcripts/', import.meta.url);

const CHATS = readdirSync(TRANSCRIPTS).filter((name) => name.startsWith('chat-'));

/** @param {string} name */
function partsOf(name) {
  const parts = [];
  const parser = createParser((data) => data !== '[DONE]' && parts.push(JSON.parse(data)));
  parser.push(readFileSync(new URL(name, TRANSCRIPTS), 'utf8'));
  return parts;
}

/** @param {...object} actions */
const after = (...actions) => actions.reduce(reduce, INITIAL);
const set = (/** @type {object} */ facts) => ({ type: 'set', facts });
const OPEN = [set({ open: true }), set({ gate: 'passed' })];
const ASK = [...OPEN, { type: 'send', id: 't', text: 'q', at: 0 }];
const part = (/** @type {object} */ value) => ({ type: 'part', id: 't', part: value });
const text = (/** @type {string} */ words) => part({ type: 'data-segment', data: { text: words, citations: [] } });
const finish = [part({ type: 'finish', finishReason: 'stop' }), { type: 'closed', id: 't' }];
const safety = { codes: ['AE-NONSER'], pv: true, notices: [{ code: 'AE-NONSER', text: 'x' }], cases: [] };
const answer = { outcome: 'answered', segments: [{ text: 'A.', citations: [1] }], citations: [{ n: 1, title: 'D' }], safety };
const failed = (/** @type {number} */ status) => ({ type: 'failed', id: 't', status, retryAfter: 4, at: 1000 });

/** @type {[string, object[]][]} */
const PHASES = [
  ['closed', []],
  ['closed', [...OPEN, set({ open: false })]],
  ['gate', [set({ open: true })]],
  ['gate', [set({ open: true }), set({ gate: 'declined' })]],
  ['ready', OPEN],
  ['composing', [...OPEN, set({ draft: 'q' })]],
  ['sending', ASK],
  ['searching', [...ASK, part({ type: 'data-status', data: { stage: 'searching', n: 3 } })]],
  ['streaming', [...ASK, text('A.')]],
  ['complete', [...ASK, text('A.'), ...finish]],
  ['complete', [...ASK, part({ type: 'data-answer', data: { ...answer, safety: undefined } }), ...finish]],
  ['refused', [...ASK, part({ type: 'data-answer', data: { ...answer, outcome: 'declined', safety: undefined } }), ...finish]],
  ['safety', [...ASK, part({ type: 'data-safety', data: safety }), text('A.'), ...finish]],
  ['complete', [...ASK, part({ type: 'data-safety', data: { pv: false, notices: [{ code: 'OFF-LABEL', text: 'x' }] } }), text('A.'), ...finish]],
  ['safety', [...ASK, part({ type: 'data-safety', data: { pv: false, cases: [{ code: 'PQC', case_id: 'C' }] } }), text('A.'), ...finish]],
  ['sending', [...ASK, text('A.'), { type: 'resumed', id: 't' }]],
  ['incomplete', [...ASK, text('A.'), { type: 'closed', id: 't' }]],
  ['incomplete', [...ASK, text('A.'), part({ type: 'error', errorText: 'x' }), { type: 'closed', id: 't' }]],
  ['incomplete', [...ASK, text('A.'), failed(0)]],
  ['stopped', [...ASK, text('A.'), { type: 'stop', id: 't' }, failed(0)]],
  ['stopped', [...ASK, text('A.'), part({ type: 'abort' }), { type: 'closed', id: 't' }]],
  ['failed', [...ASK, failed(503)]],
  ['failed', [...ASK, failed(422)]],
  ['offline', [...OPEN, set({ online: false })]],
  ['offline', [...OPEN, set({ online: false }), { type: 'send', id: 't', text: 'q', at: 0 }]],
  ['rate_limited', [...ASK, failed(429)]],
  ['session_expiring', [...OPEN, set({ session: 'expiring' })]],
  ['expired', [...OPEN, { type: 'expired' }]],
  ['handoff_form', [set({ open: true }), set({ layer: { name: 'handoff', kind: 'safety' } })]],
  ['handoff_done', [...OPEN, set({ layer: { name: 'handoff_done', receipt: { case_id: 'C' } } })]],
  ['survey', [...OPEN, set({ layer: { name: 'survey' } })]],
  ['ended', [...OPEN, { type: 'ended' }]],
];

for (const [phase, actions] of PHASES) {
  test(`${phase} after ${actions.map((action) => action.part?.type ?? action.type).join(', ') || 'nothing'}`, () => {
    assert.equal(phaseOf(after(...actions)), phase);
  });
}

for (const name of CHATS) {
  test(`${name} folds into its Answer`, () => {
    const parts = partsOf(name);
    assert.ok(parts.every(isKnown));
    const state = [...ASK, ...parts.map(part), { type: 'closed', id: 't' }].reduce(reduce, INITIAL);
    const whole = parts.find((one) => one.type === 'data-answer').data;
    assert.deepEqual(state.turns[0].answer, whole);
    assert.equal(state.turns[0].status, whole.outcome === 'answered' ? 'complete' : 'refused');
    if (whole.segments.length) assert.deepEqual(segmentsOf(state.turns[0]), whole.segments);
    else assert.equal(segmentsOf(state.turns[0]).map((one) => one.text).join(' '), whole.text.replaceAll('\n', ' '));
  });

  test(`${name} reads the same before the whole answer is there`, () => {
    const parts = partsOf(name).filter((one) => one.type !== 'data-answer');
    const [turn] = [...ASK, ...parts.map(part)].reduce(reduce, INITIAL).turns;
    const whole = partsOf(name).find((one) => one.type === 'data-answer').data;
    const read = (/** @type {any[]} */ segments) => segments.map(({ text, citations, group }) => [text, citations, group]);
    if (whole.segments.length) assert.deepEqual(read(segmentsOf(turn)), read(whole.segments));
    assert.deepEqual([...citedIn(turn)].filter((n) => !turn.citations.some((one) => one.n === n)), []);
  });
}

test('a stream without finish is never complete', () => {
  for (const name of CHATS) {
    const parts = partsOf(name).filter((one) => one.type !== 'finish');
    const state = [...ASK, ...parts.map(part), { type: 'closed', id: 't' }].reduce(reduce, INITIAL);
    assert.equal(state.turns[0].status, 'incomplete', name);
  }
});

test('a report made once is not told again in every later turn', () => {
  const report = { pv: true, codes: ['AE-NONSER'], notices: [], cases: [{ code: 'AE-NONSER', case_id: 'C' }] };
  const second = [{ type: 'send', id: 'u', text: 'q', at: 1 }, { type: 'part', id: 'u', part: { type: 'data-safety', data: { ...report, cases: [] } } }];
  const rest = [{ type: 'part', id: 'u', part: { type: 'finish' } }, { type: 'closed', id: 'u' }];
  const state = after(...ASK, part({ type: 'data-safety', data: report }), ...finish, ...second, ...rest);
  assert.equal(phaseOf(state), 'complete');
  assert.equal(phaseOf(after(...ASK, part({ type: 'data-safety', data: { pv: true } }), ...finish)), 'safety');
});

test('what follows an error is not read', () => {
  const state = after(...ASK, text('A.'), part({ type: 'error', errorText: 'x' }), text('B.'), ...finish);
  assert.deepEqual([segmentsOf(state.turns[0]).map((one) => one.text), state.turns[0].status], [['A.'], 'incomplete']);
});

test('a part of an unknown type changes nothing', () => {
  const state = after(...ASK);
  assert.equal(reduce(state, part({ type: 'data-tomorrow', data: {} })).turns[0], state.turns[0]);
  assert.equal(isKnown({ type: 'data-tomorrow' }), false);
  assert.equal(isKnown({ type: 'constructor' }), false);
});

test('401 brings the gate back and keeps the question', () => {
  const state = after(...ASK, failed(401));
  assert.deepEqual([state.gate, state.draft, state.turns.length], ['lapsed', 'q', 0]);
});

test('429 waits as long as the service says', () => {
  const state = after(...ASK, failed(429));
  assert.equal(state.limitedUntil, 5000);
  assert.equal(phaseOf(reduce(state, set({ limitedUntil: 0 }))), 'rate_limited');
});

test('only 4xx is final', () => {
  assert.equal(after(...ASK, failed(422)).turns[0].retryable, false);
  for (const status of [0, 500, 503]) assert.equal(after(...ASK, failed(status)).turns[0].retryable, true);
});

test('asking again keeps the old answer', () => {
  const state = after(...ASK, part({ type: 'data-answer', data: answer }), ...finish, { type: 'retry', id: 't', at: 9 });
  assert.deepEqual(state.turns[0].previous, [answer]);
  assert.deepEqual([state.turns[0].status, state.turns[0].attempts, state.turns[0].answer], ['sending', 2, undefined]);
});

test('the end of a session leaves nothing but the draft', () => {
  for (const type of ['expired', 'ended']) {
    const state = after(...ASK, text('A.'), set({ draft: 'unsent' }), { type });
    assert.deepEqual({ ...state, session: 'active', open: false }, { ...INITIAL, draft: 'unsent' });
  }
});

test('no action changes the state it was given', () => {
  const state = after(...ASK, text('A.'));
  const before = structuredClone(state);
  for (const [, actions] of PHASES) actions.reduce(reduce, state);
  assert.deepEqual(state, before);
});
