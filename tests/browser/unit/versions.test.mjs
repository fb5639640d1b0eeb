// The script that says whether a text is in force on a given day.
import test from 'node:test';
import assert from 'node:assert/strict';
import { loadParts } from './scripts.mjs';

const document = { querySelector: () => null, querySelectorAll: () => [], documentElement: { lang: 'zh-CN' } };
const { versions, time } = loadParts(['base/time', 'base/address', 'document/versions'], { document }).zhize.parts;
const { beijingDay, readDay, dayWords } = time;
const { stateOn } = versions;

test('the day is that of Beijing, wherever the reader is', () => {
  assert.equal(beijingDay(Date.UTC(2026, 1, 28, 15, 59, 59)), '2026-02-28');
  assert.equal(beijingDay(Date.UTC(2026, 1, 28, 16, 0, 0)), '2026-03-01');
  assert.equal(beijingDay(Date.UTC(2026, 11, 31, 16, 0, 0)), '2027-01-01');
});

test('a text is in force from its first day to the day before its end', () => {
  const text = { from: '2019-06-01', until: '2026-03-01', ending: 'superseded' };
  for (const [day, state] of [['2019-05-31', 'future'], ['2019-06-01', 'in-force'], ['2026-02-28', 'in-force'], ['2026-03-01', 'amended'], ['2030-01-01', 'amended']]) {
    assert.equal(stateOn(text, day), state, day);
  }
  assert.equal(stateOn({ ...text, ending: 'repealed' }, '2026-03-01'), 'repealed');
  assert.equal(stateOn({ from: '2019-06-01' }, '2099-01-01'), 'in-force');
  // The script says nothing that the dates don't say.
  assert.equal(stateOn({}, '2026-03-01'), '');
  assert.equal(stateOn({ until: '2026-03-01', ending: 'repealed' }, '2026-02-28'), '');
});

test('days are read strictly', () => {
  assert.equal(readDay(' 2020-06-01 '), '2020-06-01');
  for (const text of [null, '', '2020-6-1', '2020-02-30', '2020-13-01', '20200601', '昨天', '<b>']) assert.equal(readDay(text), '', String(text));
  assert.equal(dayWords('2020-06-01'), '2020年6月1日');
});
