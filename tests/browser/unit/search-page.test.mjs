// The components of the search page, each on its own.
import test from 'node:test';
import assert from 'node:assert/strict';
import { openPage, soon, word } from './scripts.mjs';

const HIT = {
  id: 'd1', url: 'regulations/x/index.html', title: '示例<b>条例', titleMarks: [[0, 2]], anchor: 'art-7', label: '第七条', score: 1, cited: 2, type: 'regulation', typeLabel: '法规', meta: ['天津'],
  snippet: '第七条 <img> 正文', marks: [[0, 3]], terms: ['正文'], further: 0, more: [], group: 'reference',
};
const STATE = { query: '问', filters: {}, sort: 'relevance', exact: false, versions: false };
const result = (hits, more = {}) => ({ query: '问', total: hits.length, looser: 0, mode: 'all', notices: [], hits, ...more });

test('a hit shows what was found as text, and leads to its place', () => {
  const { parts, document, one, texts } = openPage('<ol></ol>', ['results/results']);
  one('ol').append(parts.results.makeHit(HIT, '以下只含有一部分'));
  assert.equal(one('.hit-title a').href, 'http://site.test/kb/regulations/x/index.html?hl=%E6%AD%A3%E6%96%87#art-7');
  assert.equal(one('.hit-title').textContent, '示例<b>条例第七条');
  assert.deepEqual(texts('mark'), ['示例', '第七条']);
  assert.equal(document.querySelector('b, img'), null);
  assert.equal(one('li').firstElementChild.className, 'hit-divider');
  assert.deepEqual(texts('.hit-facts span').slice(0, 2), ['法规', word('search.group_article')]);
});

test('a hit that is repealed looks so, by its code', () => {
  const { parts, one, all } = openPage('<ol></ol>', ['results/results']);
  for (const [validity, status] of [['repealed', '不再有效'], ['amended', '已废止的措辞']]) one('ol').append(parts.results.makeHit({ ...HIT, validity, status }));
  assert.deepEqual(all('.hit-status').map(fact => [fact.textContent, fact.classList.contains('is-void')]), [['不再有效', true], ['已废止的措辞', false]]);
});

test('what a hit is asked for comes once it could be had, and is then only folded', async () => {
  const { parts, document, one } = openPage('<ol></ol>', ['results/results']);
  const brought = [['没有连接'], [document.createElement('p')]];
  let asked = 0;
  one('ol').append(parts.results.makeHit(HIT, '', { findMore: async () => [], explain: async () => brought[Math.min(asked++, 1)] }));
  const button = one('.hit-ask');
  button.click();
  await soon();
  assert.equal(one('.hit-asked').textContent, '没有连接');
  assert.equal(button.getAttribute('aria-expanded'), 'true');
  for (let press = 0; press < 4; press++) { button.click(); await soon(); }
  assert.equal(asked, 2, 'words alone are asked for again, what was brought is not');
  assert.ok(one('.hit-asked p'));
});

test('a phrase is marked and not its parts, a synonym and not the words that it consists of', () => {
  const { parts } = openPage('<ol></ol>', ['results/results']);
  const marked = (query, hit, notices = []) => parts.results.withoutParts({ ...HIT, ...hit }, result([], { query, notices }));
  const phrase = marked('影响期满', { snippet: '影响期满，不影响使用', marks: [[0, 4], [6, 8]], terms: ['影响期满', '影响期', '影响'] });
  assert.deepEqual([Array.from(phrase.terms), phrase.marks.length], [['影响期满'], 1]);
  const synonym = marked('谈话 一把手', { snippet: '主要领导谈话，领导责任', marks: [[0, 4], [4, 6], [7, 9]], terms: ['谈话', '主要领导', '领导', '负责'] },
    [{ kind: 'also-searched', values: ['一把手', '主要负责人', '主要领导'] }]);
  assert.deepEqual([Array.from(synonym.terms), synonym.marks.map(([from]) => from)], [['谈话', '主要领导'], [0, 4]]);
  const words = marked('谈话制度', { snippet: '谈话的制度', marks: [[0, 2], [3, 5]], terms: ['谈话', '制度'] });
  assert.equal(words.marks.length, 2, 'where the phrase is missing its words are marked');
});

test('a snippet begins where its first mark can be seen', () => {
  const { parts, one } = openPage('<ol></ol>', ['results/results']);
  const snippet = '一二三四五六七八九十'.repeat(3) + '，甲乙丙责任丁';
  one('ol').append(parts.results.makeHit({ ...HIT, snippet, marks: [[34, 36]] }));
  assert.equal(one('.hit-snippet').textContent, '…甲乙丙责任丁');
  assert.equal(one('.hit-snippet mark').textContent, '责任');
});

const ANSWERS = {
  figures: [
    { label: '运用第一种形态的比例', value: '70%', scope: '纪检监察机关', period: '2021', source: '〔P8〕', url: 'terms/x/index.html#data', names: ['“四种形态”'] },
    { label: '立案查处一把手', value: '227人', scope: '广西', period: '时间未载明', source: '', url: 'cases/y/index.html#data', names: ['粮食购销专项整治'] },
    { label: '甲的责任', value: '12项', scope: '', period: '', source: '', url: '', names: ['两个责任'] },
  ],
  terms: [{ names: ['“三个区分开来”', '三个区分'], meaning: '原则。', source: '〔P1〕', url: 'terms/z/index.html' }],
};

test('a question is answered by the figure or the meaning that it asks for, and by nothing else', () => {
  const { parts } = openPage('<ol></ol>', ['search/loader', 'results/answer']);
  const found = query => { const { figures, term } = parts.answer.find(ANSWERS, query); return term ? term.names[0] : figures.map(({ value }) => value).join(); };
  for (const [query, wanted] of [['2021 第一种形态', '70%'], ['2021年第一种形态占比多少', '70%'], ['2020 第一种形态', ''], ['粮食购销 多少一把手', '227人'], ['立案查处一把手', '227人'],
    ['三个区分开来', '“三个区分开来”'], ['什么是“三个区分开来”？', '“三个区分开来”'], ['三个区分 含义', '“三个区分开来”'], ['责任', ''], ['整改期限', ''], ['', ''], ['((', '']]) {
    assert.equal(found(query), wanted, query);
  }
});

test('earlier queries are offered, latest first, and forgotten on request', () => {
  const { parts, one, all } = openPage('<p></p>', ['results/recent']);
  for (const query of ['甲', ' 乙 ', '甲', '', '长'.repeat(99)]) parts.recent.keep(query);
  parts.recent.show(one('p'), '');
  assert.deepEqual(all('a').map(link => [link.textContent, link.getAttribute('href')]), [['甲', '?q=%E7%94%B2'], ['乙', '?q=%E4%B9%99']]);
  one('button').click();
  assert.deepEqual([one('p').hidden, all('a').length, parts.recent.queries().length], [true, 0, 0]);
});

test('the list goes on, says what is left, and where the looser part begins', () => {
  const { parts, one, all } = openPage('<ol></ol><button id="more"></button>', ['search/loader', 'results/results', 'results/result-list'], { parts: { client: {} } });
  const list = parts.resultList.makeList(one('ol'), one('#more'));
  list.append(result([HIT, HIT], { total: 3, looser: 1 }), STATE);
  assert.deepEqual([all('li').length, list.shown(), one('#more').hidden], [2, 2, false]);
  assert.match(one('#more').textContent, /2/);
  assert.equal(one('.hit-divider'), null);
  list.append(result([HIT, { ...HIT, group: 'text', level: 'any' }], { total: 3, looser: 1 }), STATE);
  assert.deepEqual(all('li').map(item => item.querySelector('.hit-divider') !== null), [false, false, false, true]);
  assert.equal(one('#more').hidden, true);
  assert.equal(list.hasEnded(), true);
  list.clear();
  assert.deepEqual([all('li').length, list.shown()], [0, 0]);
  // A page with a function is listed but not counted as an entry; weak results are offered.
  list.append(result([HIT, { ...HIT, type: '' }], { total: 1, listed: 2, rest: 7 }), STATE);
  assert.deepEqual([list.hasEnded(), one('#more').hidden], [true, false]);
  assert.match(one('#more').textContent, /7/);
  // If only such pages are left, none are counted.
  list.clear();
  list.append(result([HIT], { total: 1, listed: 3 }), STATE);
  assert.deepEqual([one('#more').hidden, one('#more').textContent], [false, word('search.more')]);
});

test('facets stand in the order of the answer, with what was chosen and the focus kept', () => {
  const { parts, document, one, all, texts } = openPage('<div></div>', ['results/facets']);
  const facet = (key, count = 1) => ({ key, label: key + '?', values: Array.from({ length: count }, (_, n) => ({ value: 'v' + n, label: `${key} ${n}`, count: n + 1 })) });
  const facets = [facet('region', 10), facet('unheard-of'), facet('empty', 0), facet('type'), facet('year'), facet('topic')];
  const show = filters => { parts.facets.learn(facets); parts.facets.show(one('div'), facets, filters); };
  show({ region: ['v9', 'gone'] });
  assert.deepEqual(texts('legend'), ['region?', 'unheard-of?', 'type?', 'year?', 'topic?']);
  assert.deepEqual(all('fieldset').map(group => group.closest('details') !== null), [false, false, false, false, true]);
  const [gone] = all('input').filter(box => box.value === 'gone');
  assert.deepEqual([gone.checked, gone.closest('details')], [true, null], 'what was chosen shows, though nothing has it');
  assert.equal(all('details.facet-rest input').length, 1, 'the ninth value folds away, the chosen tenth does not');
  one('.facet-rest').open = true;
  gone.focus();
  show({ region: ['gone'] });
  assert.equal(document.activeElement.value, 'gone');
  assert.equal(one('.facet-rest').open, true);
  assert.equal(parts.facets.labelOf('region', 'v3'), 'region 3');
  assert.equal(parts.facets.labelOf('region', 'v99'), 'v99');
});

test('what was meant is said with links that keep the rest of the search', () => {
  const { parts, one } = openPage('<div></div>', ['search/query', 'results/notices']);
  const { countInWords, makeNotices, shorten } = parts.notices;
  const suggestion = { query: '五必谈', reason: 'homophone', used: true, alternatives: ['秦岭'] };
  one('div').append(...makeNotices(result([HIT], { suggestion, notices: [{ kind: 'plain', text: '已按普通文字查找。' }] }), { ...STATE, query: 'wbt', filters: { type: ['case'] } }));
  assert.equal(one('div').textContent, word('search.used', { query: '五必谈' }) + 'wbt' + word('search.used_end') + word('search.perhaps') + '秦岭已按普通文字查找。');
  assert.equal(one('a').getAttribute('href'), '?q=wbt&type=case&exact=1');
  assert.equal(countInWords(result([HIT], { suggestion }), 'wbt', 1), word('search.asked', { words: '五必谈' }) + word('search.found', { n: 1 }));
  one('div').textContent = '';
  const texts = ['甲。', '乙。', '丙。', '丁。'].map(text => ({ kind: 'plain', text }));
  one('div').append(...makeNotices(result([HIT], { notices: texts }), STATE));
  assert.equal(one('p').textContent, '甲。乙。');
  assert.equal(one('details').textContent, word('search.other_notices', { n: 2 }) + '丙。丁。');
  assert.match(countInWords(result([]), '<b>无', 0), /<b>无/);
  assert.equal(shorten('责\u202e任\u0007' + '长'.repeat(50)).length, 40);
});

test('the state and the address say the same, each choice an entry of its own', () => {
  const { parts, window } = openPage('<div data-search-facets="region type"></div>', ['search/query', 'results/search-address', 'results/search-session'], { path: 'search/index.html?q=a&type=case' });
  const asked = [];
  const session = parts.searchSession.makeSession(patience => asked.push(patience));
  const address = () => window.location.search;
  assert.deepEqual([session.state().query, session.state().filters.type[0]], ['a', 'case']);
  const entries = window.history.length;
  session.type('a');
  assert.equal(asked.length, 0, 'nothing was typed');
  session.type('ab');
  session.type('abc');
  session.write();
  assert.deepEqual([address(), window.history.length - entries], ['?q=abc&type=case', 1], 'typing is one entry');
  session.choose({ sort: 'date' });
  assert.deepEqual([address(), window.history.length - entries], ['?q=abc&type=case&sort=date', 2]);
  assert.ok(asked[0] > 0 && asked[2] === 0, 'who types is waited for, who chooses is not');
  session.type('');
  assert.equal(Object.keys(session.state().filters).length, 0, 'an emptied box filters nothing');
  session.write();
  window.history.replaceState(null, '', '?q=back');
  session.takeUp();
  assert.equal(session.state().query, 'back');
  const before = asked.length;
  session.takeUp();
  assert.equal(asked.length, before, 'the address has not changed');
});

test('an address that servers would refuse goes behind “#”', () => {
  const { parts, window } = openPage('', ['search/query', 'results/search-address'], { path: 'search/index.html' });
  const state = { ...STATE, query: '责任'.repeat(500) };
  parts.searchAddress.write(state, true);
  assert.equal(window.location.search, '');
  assert.equal(parts.searchAddress.read().query, state.query);
});

test('controls show the state, and change it', () => {
  const body = `<form role="search"><input name="q" type="search"></form><div id="page"><div id="chosen"></div><div id="column"></div><button id="toggle"></button>
    <select id="sort"><option value="relevance"><option value="date"></select><input type="checkbox" id="versions"></div>`;
  const { parts, document, one, all, change, fire, window } = openPage(body, ['results/facets', 'search/query', 'results/notices', 'search/search-box', 'results/search-controls'], { parts: { client: {} } });
  const id = name => document.getElementById(name);
  let state = { ...STATE, query: '责任', filters: { type: ['case', 'term'], region: ['120000'] }, sort: 'date', versions: true };
  const changes = [];
  const controls = parts.searchControls.makeControls({ page: id('page'), chosen: id('chosen'), column: id('column'), toggle: id('toggle'), sort: id('sort'), versions: id('versions') }, next => changes.push(next), () => state);
  controls.show(state);
  assert.deepEqual([one('input[name=q]').value, id('sort').value, id('versions').checked, document.title], ['责任', 'date', true, '责任 · 某页']);
  assert.deepEqual(all('.search-chip').map(chip => chip.textContent), ['case', 'term', '120000']);
  assert.match(id('toggle').textContent, /3/);
  all('.search-chip')[0].click();
  change(id('versions'), false);
  id('sort').value = 'relevance';
  fire(id('sort'), new window.Event('change'));
  assert.equal(JSON.stringify(changes), JSON.stringify([{ filters: { type: ['term'], region: ['120000'] } }, { versions: false }, { sort: 'relevance' }]));
  id('toggle').click();
  assert.equal(id('toggle').getAttribute('aria-expanded'), 'true');
});

test('suggestions are options of the box, which keeps the focus', async () => {
  const asked = [];
  const found = [{ text: '示例条例', marks: [[0, 2]], url: 'regulations/x/index.html', label: '法规', kind: 'name' }, { text: '秦岭 <b>', label: word('search.button'), kind: 'query' }];
  const client = { warm() {}, ask: async (words, options) => { asked.push([words, options.suggest]); return { suggestions: found }; } };
  const { parts, one, all, press, input, window } = openPage('<form role="search"><input name="q"><button></button></form>',
    ['search/loader', 'search/search-box', 'search/suggest'], { parts: { client }, prepare: window => { window.setTimeout = done => queueMicrotask(done); } });
  const box = one('input');
  const chosen = () => { const option = window.document.getElementById(box.getAttribute('aria-activedescendant')); return option && option.textContent; };
  const option = '秦岭 <b> ' + word('search.button');
  box.focus();
  input(box, ' 示例 ');
  await soon();
  assert.deepEqual(asked, [['示例', true]]);
  assert.deepEqual(all('[role=option]').map(option => option.textContent), ['示例条例 法规', option]);
  assert.equal(box.getAttribute('aria-expanded'), 'true');
  press('ArrowDown');
  press('ArrowDown');
  assert.equal(chosen(), option);
  press('ArrowDown');
  assert.equal(chosen(), null, 'past the last is what was typed');
  press('ArrowUp');
  let submitted = '';
  one('button').addEventListener('click', event => { submitted = box.value; event.preventDefault(); });
  press('Enter');
  assert.equal(submitted, '秦岭 <b>');
  assert.equal(box.getAttribute('aria-expanded'), 'false');
  input(box, '示例');
  await soon();
  press('Escape');
  assert.equal(box.getAttribute('aria-expanded'), 'false');
  parts.suggest.close();
});
