// The function that the build puts around scripts that ask for words.
import test from 'node:test';
import assert from 'node:assert/strict';
import { lookUp } from './scripts.mjs';

const word = lookUp({ 'a.b': 'plain', 'a.two': '{one}与{two}，{one}', 'a.count': ['one page', '{n} pages'] });

test('a word is said with its values', () => {
  assert.equal(word('a.b'), 'plain');
  assert.equal(word('a.two', { one: '$&', two: '{one}' }), '$&与{one}，$&', 'values are text, whatever they hold');
  assert.equal(word('a.two', { one: 0, two: '' }), '0与，0');
});

test('one thing has a form of its own', () => {
  assert.deepEqual([0, 1, 2, 11].map(n => word('a.count', { n })), ['0 pages', 'one page', '2 pages', '11 pages']);
});

test('what is not there is empty, and a value that is not given shows its place', () => {
  assert.equal(word('a.none'), '');
  assert.equal(word('a.two', { one: 1 }), '1与{two}，1');
});
