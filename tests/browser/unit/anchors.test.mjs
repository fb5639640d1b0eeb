// What a reader may type into the jump box of a regulation, and where it leads.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadParts } from './scripts.mjs';

/** Ids of an invented regulation: `querySelectorAll` knows the two selectors that the script uses. */
const IDS = ['art-7', 'art-7-para-1', 'art-7-para-2', 'art-7-para-2-item-3', 'art-8-para-1-item-1', 'art-8-para-2-item-1', 'part-1-chap-2', 'part-1-chap-2-sec-1', 'chap-3'];
const document = {
  querySelectorAll(selector) {
    const [, start] = /\[id\^="([^"]+)"\]/.exec(selector) || [];
    const [, end] = /\[id\$="([^"]+)"\]/.exec(selector) || [];
    return IDS.filter(id => (start || end) && id.startsWith(start || '') && id.endsWith(end || '')).map(id => ({ id }));
  },
};
const { readNumber, anchorsOf, nearestAbove } = loadParts(['law/anchors'], { document }).zhize.parts.anchors;

test('numbers are read in every form', () => {
  for (const [text, value] of [['7', 7], ['１７', 17], ['七', 7], ['十', 10], ['十五', 15], ['二十', 20], ['一百零一', 101], ['一百一十', 110], ['百十', 110],
    ['一千一百七十三', 1173], ['一〇五', 105], ['廿一', 21], ['两百', 200]]) {
    assert.equal(readNumber(text), value, text);
  }
  for (const text of ['', '条', '1e3', '-1', '0x10', '七条']) assert.ok(Number.isNaN(readNumber(text)), text);
});

test('what is typed leads to its anchor', () => {
  for (const [typed, anchor] of [['7', 'art-7'], ['第七条', 'art-7'], [' 第 7 条 ', 'art-7'], ['７', 'art-7'], ['7-1', 'art-7-1'], ['第一百二十条之一', 'art-120-1'], ['120之一', 'art-120-1'],
    ['第七条第二款', 'art-7-para-2'], ['7条2款', 'art-7-para-2'], ['第七条第二款第三项', 'art-7-para-2-item-3'], ['第七条第二款第（三）项', 'art-7-para-2-item-3'],
    ['第七条第三项', 'art-7-para-2-item-3'], ['第八条第一项', 'art-8'], ['第二章', 'chap-2'], ['第二章第一节', 'chap-2-sec-1'], ['第一编第二章', 'part-1-chap-2'],
    ['附件2', 'annex-2'], ['附件2第一条', 'annex-2-art-1'], ['附件第3条第2款', 'annex-1-art-3-para-2'], ['序言', 'preamble'], ['落款', 'signature'], ['附件', 'annex-1'], ['二（一）', 'sec-2-1'], ['二、（一）3', 'sec-2-1-3'], ['第一部分', 'sec-1']]) {
    assert.equal(anchorsOf(typed)[0], anchor, typed);
  }
  assert.deepEqual(Array.from(anchorsOf('第二章')), ['chap-2', 'part-1-chap-2']);
  for (const typed of ['', '总则', '第条', '第七条的规定', '<b>', '"]', '附件2第', '附件1附件2', '第〇条']) assert.deepEqual(Array.from(anchorsOf(typed)), [], typed);
});

test('a link to what an article has no longer leads to the article', () => {
  const there = id => ['art-7', 'art-7-para-1', 'sec-2', 'sec-2-1'].includes(id);
  for (const [anchor, above] of [['art-7-para-9', 'art-7'], ['art-7-para-1-item-3', 'art-7-para-1'], ['art-7-para-9-item-3-sub-1', 'art-7'], ['sec-2-1-4', 'sec-2-1'],
    ['sec-2-9-4', 'sec-2'], ['art-9-para-1', ''], ['art-9', ''], ['annex-1-art-3', ''], ['', '']]) {
    assert.equal(nearestAbove(anchor, there), above, anchor);
  }
});

test('references of texts are read as the build reads them', () => {
  // What the build makes of references: text in column 4, anchor in column 8.
  const rows = readFileSync(new URL('../../golden/export/citations.csv', import.meta.url), 'utf8').trim().split(/\r?\n/).map(line => line.split(','));
  const read = rows.filter(row => row.length === 8 && row[4] === 'provision')
    .map(row => [row[3].replace(/^.*[》例法]/, ''), row[7]])
    .filter(([text]) => /^第[^、和至]+$/.test(text));
  assert.ok(read.length >= 10, `${read.length} rows`);
  for (const [text, anchor] of read) assert.ok(anchorsOf(text).includes(anchor), `${text}: ${anchor}, not ${anchorsOf(text)}`);
});
