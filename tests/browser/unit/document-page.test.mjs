// The components of a document's page, and of every page, each on its own.
import test from 'node:test';
import assert from 'node:assert/strict';
import { SCRIPTS, openPage, soon } from './scripts.mjs';

const DOCUMENT = SCRIPTS.filter(name => /^(document|law)\//.test(name));

const LAW = `<main><form data-law-jump hidden><input><button></button><span role="status"></span></form>
<article data-law="《示例条例》">
<section class="law-division" id="chap-1"><h2 class="law-heading"><a class="law-label" href="#chap-1">第一章</a></h2>
<section class="law-division" id="chap-1-sec-1"><h3 class="law-heading"><a class="law-label" href="#chap-1-sec-1">第一节</a></h3>
<div class="law-article" id="art-1"><div class="law-paragraph" id="art-1-para-1"><p><a class="law-label" href="#art-1">第一条</a> 正文一。</p></div>
<div class="law-paragraph" id="art-1-para-2"><p>正文二。<a class="law-link" href="#art-1-para-2" aria-label="第一条第二款"></a></p></div></div>
<div class="law-article" id="art-2"><p><a class="law-label" href="#art-2">第二条</a> 正文三。</p></div></section></section>
<section class="law-annex law-division" id="annex-1"><h2 class="law-heading"><a class="law-label" href="#annex-1">附件1</a></h2>
<div class="law-article" id="annex-1-art-1"><p><a class="law-label" href="#annex-1-art-1">第一条</a> 附件正文。</p></div></section>
</article><div class="law-gone"><p id="art-9">原第九条已删去。</p></div></main>`;

/** A clipboard that accepts text, or refuses it. */
const clipboard = (taken, refuses = false) => window => {
  Object.defineProperty(window.navigator, 'clipboard', { value: { writeText: async text => { if (refuses) throw new Error('refused'); taken.push(text); } } });
};

test('a number that is typed leads to its provision, or it is said what became of it', () => {
  const { window, document, one, submit } = openPage(LAW, DOCUMENT);
  const form = one('form');
  assert.equal(form.hidden, false);
  const jump = typed => { one('input').value = typed; submit(form); return [window.location.hash, one('form [role=status]').textContent]; };
  assert.deepEqual(jump('一'), ['#art-1', '']);
  assert.equal(document.activeElement.getAttribute('href'), '#art-1');
  assert.deepEqual(jump('第一条第二款'), ['#art-1-para-2', '']);
  assert.match(jump('40')[1], /40.*第二条/, 'the last article of the text, not of its annex');
  assert.match(jump('总则')[1], /总则/);
  assert.deepEqual([jump('9')[0], /原第九条已删去/.test(one('form [role=status]').textContent)], ['#art-9', true]);
});

test('the tools go to what is pointed to, and copy its link and its citation', async () => {
  const copied = [];
  const { window, one, fire, press } = openPage(LAW, DOCUMENT, { prepare: clipboard(copied) });
  const point = selector => fire(one(selector), new window.MouseEvent('mouseover', { bubbles: true }));
  const button = at => one('.law-tools').querySelectorAll('button')[at];
  const cite = async selector => { point(selector); button(1).click(); await soon(); return copied.pop(); };
  assert.equal(await cite('#art-1-para-2 p'), '《示例条例》第一条第二款');
  assert.equal(await cite('#art-1-para-1 p'), '《示例条例》第一条', 'an only paragraph has the link of its article');
  assert.equal(await cite('#chap-1-sec-1 > .law-heading'), '《示例条例》第一章第一节');
  assert.equal(await cite('#annex-1-art-1 p'), '《示例条例》附件1第一条');
  button(0).click();
  await soon();
  assert.equal(copied.pop(), 'http://site.test/kb/page/index.html#annex-1-art-1');
  assert.match(one('.law-said').textContent, /annex-1-art-1/);
  press('Escape', one('.law-label'));
  assert.equal(one('.law-tools'), null);
});

test('where nothing can be copied, there is a field to copy from', async () => {
  const { one, document } = openPage(LAW, DOCUMENT, { prepare: clipboard([], true) });
  one('#art-2 .law-label').focus();
  one('.law-tools button').click();
  await soon();
  const field = one('.law-said input');
  assert.deepEqual([field.value, document.activeElement], ['http://site.test/kb/page/index.html#art-2', field]);
  one('.law-said button').click();
  assert.equal(one('.law-said').textContent, '');
  assert.equal(document.activeElement.getAttribute('href'), '#art-2', 'the focus is back');
});

test('a provision is read alone, until Escape or a link to another', async () => {
  const { window, one, all, press } = openPage(LAW, DOCUMENT);
  const alone = () => all('.law-chosen').map(element => element.id);
  const start = () => { one('#art-1 .law-label').focus(); one('.law-tools').querySelectorAll('button')[2].click(); };
  start();
  assert.deepEqual([alone(), one('main').className, one('.law-alone-bar [role=status]').textContent.includes('第一条')], [['art-1'], 'law-is-alone', true]);
  assert.equal(one('.law-tools'), null);
  press('Escape');
  assert.deepEqual([alone(), one('main').className, one('.law-alone-bar')], [[], '', null]);
  start();
  const changed = new Promise(done => window.addEventListener('hashchange', done, { once: true }));
  window.location.hash = '#art-2';
  await changed;
  assert.deepEqual(alone(), []);
});

test('a link to a provision that has moved leads to what is above it', () => {
  const moved = openPage(LAW, DOCUMENT, { path: 'page/index.html#art-1-para-7' });
  assert.match(moved.one('.law-said').textContent, /第一条/);
  assert.ok(moved.scrolled.includes('art-1'));
  assert.match(openPage(LAW, DOCUMENT, { path: 'page/index.html#art-77' }).one('.law-said').textContent, /第二条/);
  for (const path of ['page/index.html#nothing', 'page/index.html#%E0%A4%A', 'page/index.html']) assert.equal(openPage(LAW, DOCUMENT, { path }).one('.law-said').textContent, '');
});

test('words from a search are marked across elements, and unmarked', async () => {
  const body = '<main><h2>甲</h2><p>监督<em>责</em>任，<b>hidden</b></p><nav>责任</nav><p hidden>责任</p><h2 id="b">乙</h2><p>责任</p></main>';
  const { one, all, texts, window } = openPage(body, ['document/highlight'], { path: 'page/index.html?hl=责任&q=x#b' });
  assert.deepEqual(texts('mark.hl'), ['责', '任', '责任']);
  assert.match(one('.hl-said').textContent, /2/);
  const [, next, clear] = all('.hl-button');
  next.click();
  assert.deepEqual(texts('.hl-now'), ['责任']);
  next.click();
  assert.deepEqual(texts('.hl-now'), ['责', '任'], 'after the last comes the first, with both its marks');
  clear.click();
  assert.deepEqual([all('mark').length, one('p').childNodes.length, one('.hl-bar')], [0, 4, null]);
  assert.equal(window.location.search + window.location.hash, '?q=x#b');
  assert.match(openPage(body, ['document/highlight'], { path: 'page/index.html?hl=无' }).one('.hl-said').textContent, /无/);
  // Who comes back finds the page where it was.
  for (const [type, to] of [['navigate', ['b']], ['reload', []], ['back_forward', []]]) {
    const prepare = window => Object.defineProperty(window, 'performance', { value: { getEntriesByType: () => [{ type }] } });
    const { scrolled, window } = openPage(body, ['document/highlight'], { path: 'page/index.html?hl=责任#b', prepare });
    window.dispatchEvent(new window.Event('load'));
    await new Promise(done => { setTimeout(done); });
    assert.deepEqual(scrolled.slice(0, 1), to, type);
  }
});

test('the text of a day is the newest that had begun', () => {
  const row = (from, rest = '', here = '') => `<tr data-version data-from="${from}" ${rest} class="${here}"><th><a href="../${from}/index.html">${from}</a></th><td data-validity-state hidden></td></tr>`;
  const body = `<p data-as-of-said hidden></p><section data-versions><form data-as-of hidden><input><span role="status"></span></form>
    <table>${row('2019-01-01', 'data-until="2021-05-01" data-ending="repealed"', 'is-here')}${row('2010-01-01', 'data-until="2019-01-01" data-ending="superseded"')}</table></section>`;
  const { parts, one, texts, submit } = openPage(body, ['document/versions'], { path: 'page/index.html?as-of=2020-02-02' });
  assert.deepEqual(texts('[data-validity-state]'), ['已废止', '已修改']);
  assert.match(one('[data-as-of-said]').textContent, /2020年2月2日/);
  const { rowOn, noneOn, addressOf } = parts.versions.textsOf(one('section'));
  assert.equal(addressOf(rowOn('2012-01-01'), '2012-01-01'), 'http://site.test/kb/2010-01-01/index.html?as-of=2012-01-01');
  assert.deepEqual([noneOn('2021-04-30'), noneOn('2021-05-01') !== '', noneOn('2001-01-01') !== ''], ['', true, true]);
  one('input').value = 'x';
  submit(one('form'));
  assert.notEqual(one('form [role=status]').textContent, '');
});

test('what is read aloud is the text, by sentences, with voices of this system', () => {
  const body = '<button data-aloud></button><button data-aloud-stop hidden></button><div data-reading-tools><span data-reading-said></span></div><div class="prose"><p>第一句。第二句<sup class="mark">1</sup>！</p><p hidden>不读。</p></div>';
  const spoken = [];
  const speech = { voices: [], getVoices() { return this.voices; }, speak: utterance => spoken.push(utterance), cancel() {}, addEventListener() {} };
  const { parts, one, window, texts } = openPage(body, ['document/reading', 'document/aloud'], { prepare: window => {
    window.speechSynthesis = speech;
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  } });
  const { collect, makeReader } = parts.aloud;
  assert.deepEqual(Array.from(collect(), ({ sentence }) => sentence), ['第一句。', '第二句！']);
  const states = [];
  const reader = makeReader(speech, state => states.push(state));
  speech.voices = [{ lang: 'zh-CN', localService: false }];
  reader.begin();
  assert.deepEqual([spoken.length, states], [0, []], 'a voice in the network is none');
  speech.voices = [{ lang: 'zh-CN', localService: true }];
  reader.begin();
  spoken[0].onend();
  assert.deepEqual([spoken.map(({ text }) => text), texts('.is-spoken').length], [['第一句。', '第二句！'], 1]);
  reader.pause();
  spoken[1].onend();
  assert.equal(spoken.length, 2, 'what was cancelled leads nowhere');
  reader.resume();
  spoken[2].onend();
  assert.deepEqual(states, ['speaking', 'paused', 'speaking', 'idle']);
  one('[data-aloud]').click();
  assert.equal(one('[data-aloud-stop]').hidden, false);
  window.dispatchEvent(new window.Event('pagehide'));
  assert.equal(one('[data-aloud-stop]').hidden, true);
});

test('where the reader stopped is offered on coming back, once', () => {
  const body = '<div data-reading-tools></div><div class="document-main"><div class="prose"><h2 id="a">甲</h2><h2 id="b" class="b">乙</h2></div></div>';
  const prepare = window => {
    window.localStorage.setItem('zhize.places', '[["/kb/page/index.html","b","乙"],["/kb/other","c","丙"],{"a":1}]');
    Object.defineProperty(window.HTMLElement.prototype, 'offsetHeight', { value: 5000 });
    window.scrollY = 2000;
    window.Element.prototype.getBoundingClientRect = function box() { return { top: this.id === 'b' ? 500 : -10, bottom: 3000 }; };
  };
  const { one, all, scrolled, window } = openPage(body, ['document/contents', 'document/resume'], { prepare });
  assert.match(one('.resume').textContent, /乙/);
  all('.resume button')[0].click();
  assert.deepEqual([scrolled, one('.resume')], [['b'], null]);
  window.dispatchEvent(new window.Event('pagehide'));
  assert.equal(window.localStorage.getItem('zhize.places'), '[["/kb/page/index.html","a","甲"],["/kb/other","c","丙"]]');
  assert.equal(openPage(body, ['document/contents', 'document/resume'], { prepare, path: 'page/index.html#a' }).one('.resume'), null, 'a link knows its own place');
});

test('records that are chosen stand side by side, four at most', () => {
  const record = n => `<div data-record="p${n}"><h3>做法${n}</h3><div class="fact"><dt>地区</dt><dd>${n}市</dd></div><div class="fact"><dt>时间</dt><dd><span class="unknown">未说明</span></dd></div></div>`;
  const body = `<div data-chooser>${[1, 2, 3, 4, 5].map(n => `<label><input type="checkbox" value="p${n}"></label>`).join('')}<p data-chooser-said></p><button data-chooser-clear></button><button data-chooser-print></button><div data-chooser-table></div>${[1, 2, 3, 4, 5].map(record).join('')}</div>`;
  const { window, one, all, texts, change } = openPage(body, ['lists/chooser'], { path: 'matrix/index.html?pick=p2,p1,p2,gone' });
  assert.deepEqual(texts('thead th'), ['做法2', '做法1']);
  assert.deepEqual(texts('tbody th'), ['地区'], 'what no source says anything of compares nothing');
  assert.deepEqual(all('td[data-label]').map(cell => [cell.textContent, cell.dataset.label]), [['2市', '做法2'], ['1市', '做法1']]);
  assert.match(one('[data-chooser-said]').textContent, /1/, 'one that is asked for is not there');
  const boxes = all('input');
  change(boxes[2], true);
  change(boxes[3], true);
  change(boxes[4], true);
  assert.deepEqual([texts('thead th').length, boxes[4].checked, boxes[4].getAttribute('aria-disabled')], [4, false, 'true']);
  assert.equal(window.location.search, '?pick=p2,p1,p3,p4');
  one('[data-chooser-clear]').click();
  assert.deepEqual([window.location.search, one('table'), one('[data-chooser-print]').hidden], ['', null, true]);
});

const STRIP = '<div data-display><button data-display-large></button><details><summary></summary><input type="radio" name="theme" value="" checked><input type="radio" name="theme" value="dark"></details><p role="status"></p></div>';

test('how a reader wants pages is shown, remembered, and taken up from another window', () => {
  const { window, document, one, all, change, press } = openPage(STRIP, []);
  const look = kind => document.documentElement.getAttribute('data-' + kind);
  change(all('input')[1], true);
  one('[data-display-large]').click();
  assert.deepEqual([look('theme'), look('text'), window.localStorage.getItem('zhize.display')], ['dark', 'large', '{"text":"large","theme":"dark"}']);
  const arrive = value => {
    window.localStorage.setItem('zhize.display', value);
    window.dispatchEvent(new window.StorageEvent('storage', { key: 'zhize.display' }));
  };
  arrive('{"text":"\\" onload=alert(1)","contrast":"high"}');
  assert.deepEqual([look('theme'), look('text'), look('contrast')], [null, null, 'high']);
  arrive('!');
  assert.equal(look('contrast'), null);
  one('details').open = true;
  press('Escape', one('summary'));
  assert.equal(one('details').open, false);
});

test('where a device remembers nothing, the page still does as it is told, and says so', () => {
  const { document, one, parts } = openPage(STRIP, [], { prepare: window => {
    Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } });
  } });
  one('[data-display-large]').click();
  assert.equal(document.documentElement.getAttribute('data-text'), 'large');
  assert.notEqual(one('[role=status]').textContent, '');
  assert.deepEqual([parts.storage.recall('x'), parts.storage.remember('x', 1)], [null, false]);
});

test('a note is one line, which can be closed', () => {
  const { parts, all, one } = openPage('', []);
  parts.offline.note('第一');
  parts.offline.note('第二 <b>', 'http://site.test/kb/', '更新');
  assert.deepEqual(all('.offline-note').map(note => note.firstChild.textContent), ['第二 <b>']);
  assert.equal(one('.offline-note a').href, 'http://site.test/kb/');
  one('.offline-note button').click();
  assert.equal(one('.offline-note'), null);
});
