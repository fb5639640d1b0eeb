import test from 'node:test';
import assert from 'node:assert/strict';
import { loadParts } from './scripts.mjs';

const { zhize, window } = loadParts(['base/site', 'base/time', 'base/terms', 'search/query', 'search/client'], {}, { engine: { run: async request => request } });
const { writeState, encodeRequest } = zhize.parts.query;
const readState = address => zhize.parts.query.readState(address, ['type', 'region', 'unheard-of']);
const { placeAddress, readTerms, findTerms } = zhize.parts.terms;
// Values come from another realm with other prototypes, so they are compared as JSON.
const same = (actual, expected) => assert.equal(JSON.stringify(actual), JSON.stringify(expected));
const text = bytes => new TextDecoder().decode(bytes);

test('the address holds the whole state and gives it back', () => {
  const state = { query: '五必谈 "原文" -词', filters: { type: ['practice', 'case'], region: ['120000'] }, sort: 'date', exact: true, versions: true };
  same(readState(writeState(state)), state);
  same(writeState(readState('')), '');
  same(readState('?unheard-of=1&planet=x&__proto__=y').filters, { 'unheard-of': ['1'] });
  same(writeState({ ...state, filters: { region: ['1'], type: ['a'] } }), writeState({ ...state, filters: { type: ['a'], region: ['1'] } }));
  same(readState('?q=%E0%A4%A&type=&type=a&type=a&nonsense=1&sort=up'), { query: '\ufffd%A', filters: { type: ['a'] }, sort: 'relevance', exact: false, versions: false });
  assert.equal(writeState({ query: '', filters: {}, sort: 'relevance', exact: true }), '', 'nothing to take as typed');
});

test('a query in GBK or encoded twice is read as it was meant', () => {
  for (const address of ['?q=%D4%F0%C8%CE', '?q=%25E8%25B4%25A3%25E4%25BB%25BB', '?q=%E8%B4%A3%E4%BB%BB']) {
    assert.equal(readState(address).query, '责任', address);
  }
  assert.equal(readState('?q=100%25').query, '100%');
  assert.equal(readState('?q=%25E8').query, '%E8');
  assert.equal(readState('?q=%ff').query, '\ufffd');
});

test('a filter cannot smuggle in another header, and a query is passed as it is', () => {
  const request = text(encodeRequest('第一行\nlimit=999\n\n尾', { limit: 3, filters: { type: 'a\nlimit=5\r\n\r\nx' }, facets: true, sort: 'date', on: '2026-11-22' }));
  assert.equal(request, 'limit=3\noffset=0\nfilter=type:a limit=5 x\nfacets=1\nsort=date\ntoday=20261122\n\n第一行\nlimit=999\n\n尾');
});

test('requests default to ten documents by relevance without facets', () => {
  const on = '2026-11-22', today = 'today=20261122\n';
  assert.match(text(encodeRequest('x')), /^limit=10\noffset=0\ntoday=20\d{6}\n\nx$/);
  assert.equal(text(encodeRequest('x', { on, filters: { type: ['a', 'b'] } })), `limit=10\noffset=0\nfilter=type:a\nfilter=type:b\n${today}\nx`);
});

test('what else the engine is asked for', () => {
  assert.equal(text(encodeRequest('x', { on: '2026-11-22', exact: true, explain: true, more: true, suggest: true })), 'limit=10\noffset=0\nplain=1\ntoday=20261122\nexplain=1\nmore=1\nsuggest=1\n\nx');
});

test('a lone surrogate in a query becomes a replacement character', () => {
  assert.equal(text(encodeRequest('a\ud840', { on: '2026-11-22' })), 'limit=10\noffset=0\ntoday=20261122\n\na\ufffd');
});

test('a place is addressed below the site, with the words to mark', () => {
  assert.equal(placeAddress('practices/x/index.html', 'wu-zhong', ['五必谈', '五必谈', 'a&b']),
    'http://site.test/kb/practices/x/index.html?hl=' + encodeURIComponent('五必谈 a&b') + '#wu-zhong');
  assert.equal(placeAddress('about/index.html', '', []), 'http://site.test/kb/about/index.html');
});

test('words to mark are few and short, whatever the address says', () => {
  same(readTerms('?hl=' + encodeURIComponent('监督 责任 监督')), ['监督', '责任']);
  same(readTerms('?hl='), []);
  same(readTerms('?q=x'), []);
  assert.equal(readTerms('?hl=' + Array.from({ length: 500 }, (_, i) => 't' + i).join('+')).length, 20);
  same(readTerms('?hl=' + 'x'.repeat(65) + '+ok'), ['ok']);
});

test('terms are found without overlap, in any case of letters', () => {
  same(findTerms('四责协同，责协', ['四责', '责协', '协同']), [[0, 4], [5, 7]]);
  same(findTerms('GB/T 2260 gb/t', ['gb/t']), [[0, 4], [10, 14]]);
  same(findTerms('aaa', ['aa']), [[0, 2]]);
  same(findTerms('无', ['有']), []);
  // İ lower-cases to two code units: folding would shift the ranges.
  same(findTerms('İ 责任', ['责任']), [[2, 4]]);
});

test('regular-expression characters in a term are only characters', () => {
  same(findTerms('a.*b .* c', ['.*']), [[1, 3], [5, 7]]);
});

test('other scripts may ask through window.zhize.search', async () => {
  assert.equal(text(await window.zhize.search('问', { limit: 3, on: '2026-11-22' })), 'limit=3\noffset=0\ntoday=20261122\n\n问');
});
