// Words: the same keys and the same values in every language, plural forms, no word without a use.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ES } from '../../../web/widget/strings-es.js';
import { EN, createTranslator, directionOf, loadTranslator } from '../../../web/widget/strings.js';

const WIDGET = new URL('../../../web/widget/', import.meta.url);
const valuesOf = (/** @type {string} */ text) => [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort();

test('both languages have the same lines with the same values', () => {
  const [english, spanish] = [Object.entries(EN), ES.trim().split('\n')];
  assert.equal(spanish.length, english.length);
  english.forEach(([key, words], i) => assert.deepEqual(valuesOf(spanish[i]), valuesOf(words), key));
  const t = createTranslator('es', ES);
  assert.deepEqual(['title', 'gateTitle', 'searching', 'stay', 'savedAt'].map((key) => t(key, { n: 2, date: 'x' })), [
    'Asistente de información médica', 'Antes de empezar', 'Buscando en 2 documentos', 'Quedarse aquí', 'Guardado el x',
  ]);
});

test('every key is used, every key used exists', () => {
  const code = readdirSync(WIDGET).filter((name) => !name.startsWith('strings')).map((name) => readFileSync(new URL(name, WIDGET), 'utf8')).join('\n');
  const quoted = new Set([...code.matchAll(/'(\w+)'/g)].map((match) => match[1]));
  const built = /^(level\d|expiredTitle|endedTitle|reading)$/;
  assert.deepEqual(Object.keys(EN).filter((key) => !quoted.has(key) && !built.test(key)), []);
  const asked = [...code.matchAll(/\bt\('(\w+)'/g)].map((match) => match[1]);
  assert.deepEqual(asked.filter((key) => !(key in EN)), []);
});

test('numbers choose their form and are written in the language', () => {
  const t = createTranslator('en-US');
  assert.equal(t('ready', { n: 1, m: 2 }), 'Answer ready, 1 sentence, 2 sources');
  assert.equal(t('left', { n: 1200 }), '1,200 characters left');
  assert.equal(createTranslator('es', ES)('over', { n: 1 }), 'Sobra 1 carácter');
});

test('a missing value or key is a fault, not a hole in a sentence', () => {
  const t = createTranslator('en');
  assert.throws(() => t('ready', { n: 1 }), /needs m/);
  assert.throws(() => t('nothing'), /no words/);
});

test('an unknown language falls back to English', async () => {
  assert.equal((await loadTranslator('de-DE'))('send'), 'Send');
  assert.equal((await loadTranslator('es-US'))('send'), 'Enviar');
});

test('right-to-left languages are known', () => {
  assert.deepEqual(['ar-EG', 'he', 'en', 'es-MX'].map(directionOf), ['rtl', 'rtl', 'ltr', 'ltr']);
});
