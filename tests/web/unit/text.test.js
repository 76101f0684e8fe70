// Identifiers, addresses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifiersIn, safeUrl } from '../../../web/widget/state.js';

test('identifiers are noticed, medicine is not', () => {
  assert.deepEqual(identifiersIn('reach me at a.b@example.org or (317) 555-0100'), ['email', 'phone']);
  assert.deepEqual(identifiersIn('born 02/03/1960'), ['date']);
  assert.deepEqual(identifiersIn('born 3 March 1960, MRN 884213'), ['date', 'number']);
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
