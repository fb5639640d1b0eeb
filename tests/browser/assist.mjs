// What helps a reader to a query and through its results: suggestions while
// typing, corrections, the parts of the list, explanations, examples. In
// current Chromium and in Chromium 83.
import { describe, test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchByDevTools, launchChromium, oldChromiumPath, pageOf } from './lib/browsers.mjs';
import { BOX, SEARCH, atRest, searchFor, settled } from './lib/site.mjs';

const PAGE = 'practices/tianjin-wubitan/index.html';
const ANY_BOX = 'form[role=search] input[name=q]';
// Names on the bundled site begin with this: a practice and a term.
const BEGUN = '五必';

async function currentChromium() {
  const browser = await launchChromium();
  return { newPage: async () => pageOf(await browser.newContext()), close: () => browser.close() };
}

export default function assist(site) {
  const browsers = {
    'current Chromium': chromiumPath() && currentChromium,
    'Chromium 83': oldChromiumPath() && (() => launchByDevTools(oldChromiumPath())),
  };
  for (const [name, launch] of Object.entries(browsers)) {
    describe(`help with searching, in ${name}`, { skip: launch ? false : 'not installed here' }, () => {
      let browser, server, page;
      before(async () => { browser = await launch(); server = await startServer(site, '/kb/'); });
      after(async () => { await browser?.close(); await server?.close(); });
      beforeEach(async () => { server.reset(); page = await browser.newPage(); });
      afterEach(async () => {
        const { errors } = page;
        await page.close();
        assert.deepEqual(errors, []);
      });
      suggestions(site, () => page, () => server);
      results(site, () => page, () => server);
    });
  }
}

/** These suggestions and corrections of the engine need names and sounds in the index. */
const lacksNames = site => (fs.readdirSync(path.join(site, 'search')).some(name => name.startsWith('n-')) ? false : 'the index holds no names');

/** Suggestions that do not depend on what the site holds. */
const stub = page => page.eval(() => {
  const { engine } = window.zhize.parts, real = engine.run;
  engine.run = async (request, ...rest) => {
    const [head, query] = new TextDecoder().decode(request).split('\n\n');
    if (!/^suggest=1$/m.test(head)) return real(request, ...rest);
    return { query, suggestions: [
      { text: '上海市“四责协同”机制', marks: [[4, 6]], url: 'practices/shanghai-size-xietong/index.html', label: '做法', kind: 'name' },
      { text: '示例条例第七条', marks: [], url: 'index.html#art-7', label: '条文', kind: 'article' },
      { text: '秦岭 <b>', marks: [[0, 2]], label: '检索', kind: 'query' },
    ] };
  };
});

/** Types like an input method. Chromium 83 has no command for that, so there the events are dispatched by hand. */
async function compose(page, text) {
  try {
    await page.compose(text);
  } catch {
    await page.eval((box, text) => {
      const input = document.querySelector(box);
      if (!window.__base) {
        window.__base = [input.value];
        input.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
      }
      input.value = window.__base[0] + text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
    }, ANY_BOX, text);
  }
}
async function commit(page, text) {
  if (!await page.eval(() => window.__base)) return page.cdp('Input.insertText', { text });
  return page.eval((box, text) => {
    const input = document.querySelector(box);
    input.value = window.__base[0] + text;
    window.__base = null;
    input.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
    input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
  }, ANY_BOX, text);
}

/** What a search box announces about its suggestions. */
const combobox = page => page.eval(box => {
  const input = document.querySelector(box);
  const list = document.getElementById(input.getAttribute('aria-controls'));
  const shown = list && list.getClientRects().length > 0 ? Array.from(list.querySelectorAll('[role=option]')) : [];
  const active = document.getElementById(input.getAttribute('aria-activedescendant'));
  return {
    role: input.getAttribute('role'), expanded: input.getAttribute('aria-expanded'), list: list && list.getAttribute('role'),
    options: shown.map(option => option.textContent), active: shown.indexOf(active), value: input.value, caret: input.selectionStart,
    selected: shown.map((option, at) => (option.getAttribute('aria-selected') === 'true' ? at : -1)).filter(at => at >= 0),
  };
}, ANY_BOX);
const focus = page => page.eval(box => { document.querySelector(box).focus(); }, ANY_BOX);
const open = page => page.until(box => document.querySelector(box).getAttribute('aria-expanded') === 'true', ANY_BOX);
const closed = page => page.until(box => document.querySelector(box).getAttribute('aria-expanded') === 'false', ANY_BOX);
/** The index has been fetched. */
const booted = page => page.until(() => performance.getEntriesByType('resource').some(({ name }) => /boot\.bin/.test(name)));
const shardsIn = server => server.log.filter(file => /^search\/.*\.bin$|^assets\/engine/.test(file));
const pointOf = (page, selector) => page.eval(selector => {
  const { left, top, width, height } = document.querySelector(selector).getClientRects()[0];
  return { x: left + Math.min(width / 2, 40), y: top + height / 2 };
}, selector);
async function click(page, selector) {
  await page.eval(selector => { document.querySelector(selector).scrollIntoView({ block: 'center' }); }, selector);
  const point = await pointOf(page, selector);
  await page.cdp('Input.dispatchMouseEvent', { type: 'mouseMoved', ...point });
  for (const type of ['mousePressed', 'mouseReleased']) await page.cdp('Input.dispatchMouseEvent', { type, ...point, button: 'left', buttons: 1, clickCount: 1 });
}

/** @param {string} site @param {() => any} page @param {() => any} server */
function suggestions(site, page, server) {
  /** Types into the box of a page and waits for suggestions. */
  const suggest = async (url, words = BEGUN, own = false) => {
    await page().goto(url);
    if (!own) await stub(page());
    await focus(page());
    await page().insertText(words);
    await open(page());
    return combobox(page());
  };

  test('a box is a combobox, and its keys work', async () => {
    const { role, list, options, active, selected } = await suggest(server().base + PAGE);
    assert.deepEqual([role, list, active, selected], ['combobox', 'listbox', -1, []]);
    assert.deepEqual(options, ['上海市“四责协同”机制 做法', '示例条例第七条 条文', '秦岭 <b> 检索']);
    assert.deepEqual(await page().eval(() => Array.from(document.querySelectorAll('[role=option] mark'), mark => mark.textContent)), ['四责', '秦岭']);
    const last = options.length - 1;
    const is = async at => {
      const now = await combobox(page());
      assert.deepEqual([now.active, now.selected, now.value], [at, at < 0 ? [] : [at], BEGUN]);
    };
    await page().press('ArrowDown');
    await is(0);
    await page().press('ArrowDown');
    await is(1);
    await page().press('ArrowUp');
    await page().press('ArrowUp');
    await is(-1);
    await page().press('ArrowUp');
    await is(last);
    await page().press('ArrowDown');
    await is(-1);
    await page().press('ArrowDown');
    await page().press('Home');
    await is(-1);
    assert.equal((await combobox(page())).caret, 0);
    await page().press('ArrowDown');
    await page().press('End');
    await is(-1);
    assert.equal((await combobox(page())).caret, BEGUN.length);
    await page().press('Escape');
    await closed(page());
    assert.deepEqual([(await combobox(page())).options, (await combobox(page())).value], [[], BEGUN]);
    await page().press('ArrowDown');
    await open(page());
  });

  test('Enter leads to the name that is meant, or searches what is typed', async () => {
    await suggest(server().base + PAGE);
    await page().press('ArrowDown');
    await page().press('Enter');
    await page().until(() => location.pathname.endsWith('shanghai-size-xietong/index.html'));
    await suggest(server().base + PAGE);
    await page().press('ArrowDown');
    await page().press('ArrowDown');
    await page().press('Enter');
    await page().until(() => location.hash === '#art-7');
    await suggest(server().base + PAGE);
    await page().press('ArrowUp');
    await page().press('Enter');
    await page().until(() => location.pathname.endsWith('search/index.html') && new URLSearchParams(location.search).get('q') === '秦岭 <b>');
    await suggest(server().base + SEARCH);
    await page().press('ArrowUp');
    await page().press('Enter');
    await page().until(() => new URLSearchParams(location.search).get('q') === '秦岭 <b>');
    await suggest(server().base + PAGE);
    await page().press('Enter');
    await page().until(query => location.pathname.endsWith('search/index.html') && new URLSearchParams(location.search).get('q') === query, BEGUN);
  });

  test('names are proposed from their beginning, from pinyin and from initials, for few bytes', { skip: lacksNames(site) }, async () => {
    const other = server().base + 'practices/shanghai-size-xietong/index.html';
    for (const words of [BEGUN, 'wubit', 'wbt']) assert.match((await suggest(other, words, true)).options.join(), /五必谈/, words);
    server().reset();
    await suggest(other, 'wubit', true);
    const bytes = server().log.filter(file => /^search\/.*\.bin$/.test(file)).reduce((sum, file) => sum + fs.statSync(path.join(site, file)).size, 0);
    assert.ok(bytes <= 30000, `${bytes} bytes before the first suggestion`);
    await page().press('ArrowDown');
    await page().press('Enter');
    await page().until(() => !location.pathname.includes('size-xietong') && document.readyState === 'complete');
    assert.match(await page().eval(() => document.querySelector('h1').textContent), /五必谈/);
  });

  test('assistive technology is told', async () => {
    await suggest(server().base + PAGE);
    await page().press('ArrowDown');
    await page().cdp('Accessibility.enable');
    const { nodes } = await page().cdp('Accessibility.getFullAXTree');
    const seen = nodes.filter(node => !node.ignored);
    const box = seen.find(node => /combobox/i.test(node.role?.value));
    assert.ok(box, 'no combobox');
    const has = name => box.properties.find(property => property.name === name)?.value;
    assert.ok(box.name.value);
    assert.equal(has('expanded').value, true);
    const options = seen.filter(node => /option$/i.test(node.role?.value) && !/popup/i.test(node.role.value));
    assert.ok(options.length >= 2 && options.every(option => option.name.value), 'named options');
    assert.ok(seen.some(node => /listbox/i.test(node.role?.value) && node.name?.value));
    assert.equal(has('activedescendant').relatedNodes.length, 1);
    const { options: texts } = await combobox(page());
    assert.equal(await page().eval(() => Array.from(document.querySelectorAll('[aria-live=polite]'), live => live.textContent).join('')), `${texts.length} 条建议`);
  });

  test('nothing is fetched until a reader turns to the box; with data saved, until typing', async () => {
    await page().goto(server().base + PAGE);
    await atRest(page(), server());
    assert.deepEqual(shardsIn(server()), []);
    await focus(page());
    await booted(page());
    const save = `Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) });`;
    await page().cdp('Page.enable');
    await page().cdp('Page.addScriptToEvaluateOnNewDocument', { source: save });
    await page().goto(server().base + PAGE);
    server().reset();
    await focus(page());
    await atRest(page(), server());
    assert.deepEqual(shardsIn(server()), []);
    await page().insertText(BEGUN);
    await booted(page());
  });

  test('an input method at work is left alone, and its text is used when it is done', async () => {
    await page().goto(server().base + PAGE);
    await stub(page());
    await focus(page());
    await booted(page());
    const before = server().log.length;
    for (const text of ['w', 'wu', 'wu b', 'wu bi']) await compose(page(), text);
    await page().until(box => document.querySelector(box).value === 'wu bi', ANY_BOX);
    await atRest(page(), server());
    assert.equal((await combobox(page())).expanded, 'false');
    assert.deepEqual(server().log.slice(before).filter(file => /search\/[a-z]-/.test(file)), []);
    await commit(page(), BEGUN);
    await open(page());
    // Composing again hides the suggestions: the input method now uses their keys.
    await compose(page(), 'tan');
    await closed(page());
    await commit(page(), '谈');
    await open(page());
    assert.equal((await combobox(page())).value, '五必谈');
  });

  test('a pressed suggestion leads to its place; a press elsewhere puts them away', async () => {
    await suggest(server().base + PAGE);
    await click(page(), '.footer-note');
    await closed(page());
    await suggest(server().base + PAGE);
    await click(page(), '[role=option]');
    await page().until(() => location.pathname.endsWith('shanghai-size-xietong/index.html'));
  });

  test('a finger that scrolls puts them away', async () => {
    await suggest(server().base + PAGE);
    await page().eval(() => { document.querySelector('main').dispatchEvent(new Event('touchmove', { bubbles: true })); });
    await closed(page());
  });

  test('on the search page they cover no result, and move none from under a press', async () => {
    await suggest(server().base + SEARCH);
    await settled(page());
    const first = '[data-search-results] .hit-link';
    assert.ok(await page().eval(selector => {
      const link = document.querySelector(selector);
      const { left, top } = link.getClientRects()[0];
      return link.contains(document.elementFromPoint(left + 5, top + 5));
    }, first), 'the first result is covered');
    const { options } = await combobox(page());
    for (let n = 0; n < options.length; n++) await page().press('ArrowDown');
    assert.equal((await combobox(page())).active, options.length - 1);
    await page().press('ArrowDown');
    await page().until(selector => document.activeElement === document.querySelector(selector), first);
    await suggest(server().base + SEARCH);
    const href = (await settled(page())).hits[0].href;
    await click(page(), first);
    await page().until(href => location.href === href, href);
  });

  test('a missing file of names is said, and the search goes on', { skip: lacksNames(site) }, async () => {
    server().policy = file => (/^search\/n-/.test(file) ? { status: 404 } : null);
    await page().goto(server().base + PAGE);
    // Starts without anything that a service worker kept from earlier tests.
    await page().eval(async () => { if (window.caches) for (const name of await caches.keys()) await caches.delete(name); });
    await focus(page());
    await page().insertText(BEGUN);
    const note = await page().until(() => { const note = document.querySelector('.suggest-note'); return note && note.getClientRects().length && note.textContent; });
    assert.match(note, /检索建议未能加载.*search\/n-/);
    await page().press('Enter');
    await page().until(() => document.querySelector('[data-search-state=ready]'));
    assert.ok((await settled(page())).hits.length > 0);
  });

  test('they work from the disk', { skip: lacksNames(site) }, async () => {
    assert.ok((await suggest(pathToFileURL(site).href + '/' + PAGE, BEGUN, true)).options.length > 0);
  });
}

/** @param {string} site @param {() => any} page @param {() => any} server */
function results(site, page, server) {
  const address = () => server().base + SEARCH;
  const show = async (query, more = '') => {
    await page().goto(`${address()}?q=${encodeURIComponent(query)}${more}`);
    return settled(page());
  };
  /** Replaces the engine's answers. */
  const bend = f => page().eval(f => {
    const { engine } = window.zhize.parts, real = engine.run;
    engine.run = async (...request) => {
      const answer = await real(...request);
      if (answer && answer.hits) (0, eval)(`(${f})`)(answer);
      return answer;
    };
  }, String(f));

  test('a query that sounds like another is answered with that, in words, and can be kept', { skip: lacksNames(site) }, async () => {
    const { notices, status, hits } = await show('wubitan');
    assert.match(notices, /已按“五必谈”检索。仍按“wubitan”检索/);
    assert.match(status, /五必谈/);
    assert.ok(hits[0].title.includes('五必谈'), hits[0].title);
    await page().eval(() => { document.querySelector('.search-meant a').click(); });
    await page().until(() => new URLSearchParams(location.search).get('exact') === '1');
    const kept = await settled(page());
    assert.doesNotMatch(kept.notices, /已?按“/);
    assert.equal(kept.query, 'wubitan');
    await page().eval(() => { history.back(); });
    await page().until(() => !location.search.includes('exact') && document.querySelector('.search-meant'));
    assert.match((await settled(page())).notices, /已按“五必谈”检索/);
    // Another query is corrected again.
    await show('wubitan', '&exact=1');
    await searchFor(page(), 'wbt');
    assert.doesNotMatch(await page().eval(() => location.search), /exact/);
  });

  test('a correction that was used is said, and refused with a link', async () => {
    await page().goto(address());
    await page().eval(() => {
      const { engine } = window.zhize.parts, real = engine.run;
      engine.run = async (request, ...rest) => {
        const text = new TextDecoder().decode(request);
        if (/^plain=1$/m.test(text) || !text.endsWith('\n\n武必谈')) return real(request, ...rest);
        const answer = await real(new TextEncoder().encode(text.replace('武必谈', '五必谈')), ...rest);
        return answer && { ...answer, suggestion: { query: '五必谈', reason: 'homophone', used: true, alternatives: ['秦岭'] } };
      };
    });
    const { notices, status } = await searchFor(page(), '武必谈');
    assert.equal(notices, '已按“五必谈”检索。仍按“武必谈”检索；您要找的也可能是：秦岭');
    assert.match(status, /^按“五必谈”共找到 \d+ 个条目/);
    await page().eval(() => { document.querySelector('.search-meant a').click(); });
    await page().until(() => new URLSearchParams(location.search).get('exact') === '1');
    const kept = await settled(page());
    assert.doesNotMatch(kept.notices + kept.status, /已?按“/);
    assert.equal(kept.query, '武必谈');
    await page().eval(() => { history.back(); });
    await page().until(() => !location.search.includes('exact') && document.querySelector('.search-meant'));
    await page().eval(() => { history.forward(); });
    await page().until(() => location.search.includes('exact'));
    await searchFor(page(), '秦岭');
    await page().until(() => new URLSearchParams(location.search).get('q') === '秦岭' && !location.search.includes('exact'));
  });

  test('another query that may have been meant is offered', async () => {
    await page().goto(address());
    await bend(answer => { if (answer.query === '责任') answer.suggestion = { query: '四责协同', reason: 'homophone', used: false, alternatives: ['五必谈', '秦岭'] }; });
    const { notices } = await searchFor(page(), '责任');
    assert.match(notices, /您是不是要找：四责协同、五必谈、秦岭/);
    await page().eval(() => { document.querySelector('.search-meant a').click(); });
    await page().until(() => new URLSearchParams(location.search).get('q') === '四责协同');
    const now = await settled(page());
    assert.ok(now.query === '四责协同' && now.hits[0].title.includes('四责协同'));
  });

  test('what holds only a part of the query comes after a divider, counted', async () => {
    const query = '监督责任 整改';
    await page().goto(address());
    const { total, looser, rest, hits: all, mode } = await page().eval(async query => window.zhize.search(query, { limit: 100 }), query);
    assert.ok(total > 0 && total < 10 && looser > 10 - total, `the query needs few full hits and many partial ones: ${total} ${looser}`);
    const { status, hits } = await show(query);
    assert.equal(status, `共找到 ${total} 个条目，另有 ${looser} 个条目只含部分检索词`);
    // A page found by its name comes first, even if it contains only a part of the query.
    const begins = all.findIndex(hit => hit.group === 'text' && hit.level !== mode);
    const above = all.slice(0, begins).filter(hit => hit.level !== mode).length;
    assert.deepEqual(hits.map(hit => hit.divider).filter(Boolean), [`以下 ${looser - above} 个条目只含部分检索词`]);
    assert.equal(hits.findIndex(hit => hit.divider), begins);
    for (;;) {
      const before = await page().eval(() => {
        const more = document.querySelector('[data-search-more]');
        more.click();
        return !more.hidden && document.querySelector('[data-search-results]').children.length;
      });
      if (!before) break;
      await page().until(before => document.querySelector('[data-search-results]').children.length > before, before);
    }
    const end = await settled(page());
    // The button shows what has little to do with the query. Comparisons and pages with a function are listed but not counted.
    const everything = await page().eval(async query => (await window.zhize.search(query, { limit: 100, all: true })).hits.length, query);
    assert.ok(rest > 0 && everything >= total + looser + rest, `${everything} of ${total} ${looser} ${rest}`);
    assert.deepEqual([end.hits.length, end.hits.filter(hit => hit.divider).length], [everything, 1]);
    // Every result is an item with a link, whether it is counted or not.
    assert.equal(await page().eval(() => document.querySelectorAll('[data-search-results] > li > h2 a[href]').length), everything);
  });

  test('validity and kind of a hit are words', async () => {
    await page().goto(address());
    await bend(answer => { answer.hits[0].status = '已废止'; answer.hits[0].validity = 'repealed'; answer.hits[0].group = 'reference'; answer.hits[1].group = 'title'; });
    await searchFor(page(), '责任');
    const facts = await page().eval(() => Array.from(document.querySelectorAll('.hit-facts')).slice(0, 2).map(line => line.textContent));
    assert.match(facts[0], /已废止.*条文/);
    assert.match(facts[1], /标题/);
    assert.ok(await page().eval(() => document.querySelector('.hit-status').classList.contains('is-void')));
  });

  test('a hit says why it stands where it does, when asked', async () => {
    await show('责任 监督');
    await page().eval(() => { document.querySelector('[data-search-more]').click(); });
    await page().until(() => document.querySelectorAll('.hit').length > 10);
    for (const at of [0, 10]) {
      const button = await page().eval(at => {
        const button = Array.from(document.querySelectorAll('.hit-ask')).filter(button => /排序说明/.test(button.textContent))[at];
        const was = button.getAttribute('aria-expanded');
        button.click();
        return { was, panel: button.getAttribute('aria-controls'), title: document.querySelectorAll('.hit-link')[at].firstChild.textContent, name: button.getAttribute('aria-label') };
      }, at);
      assert.equal(button.was, 'false');
      assert.match(button.name, /^排序说明：/);
      const told = await page().until(id => {
        const panel = document.getElementById(id);
        const rows = Array.from(panel.querySelectorAll('tr'), row => ({ label: row.querySelector('th[scope=row]').textContent, points: Number(row.querySelector('td').textContent), bar: row.querySelector('meter') && row.querySelector('meter').value }));
        return rows.length ? { rows, shown: !panel.hidden, text: panel.textContent } : null;
      }, button.panel);
      const score = await page().eval(async at => (await window.zhize.search('责任 监督', { limit: 1, offset: at })).hits[0].score, at);
      const sum = told.rows.pop();
      assert.ok(told.shown && told.rows.length > 1 && /得分/.test(told.text), told.text);
      assert.ok(Math.abs(sum.points - score) < 0.2, `${sum.points} is told, the score is ${score}`);
      assert.ok(told.rows.every(row => row.label && row.bar > 0 && Math.abs(row.bar - Math.abs(row.points)) < 0.06));
      await page().eval(id => { document.querySelector(`[aria-controls=${id}]`).click(); }, button.panel);
      assert.equal(await page().eval(id => document.getElementById(id).hidden, button.panel), true);
    }
  });

  test('further places of a document are listed when asked for', async () => {
    await show('责任');
    const { label, id, listed } = await page().eval(() => {
      const button = document.querySelector('.hit-ask[aria-label^=本条目另有]');
      button.click();
      const listed = Array.from(button.closest('.hit').querySelectorAll('.hit-link, .hit-more a'), link => link.href);
      return { label: button.textContent, id: button.getAttribute('aria-controls'), listed };
    });
    const further = await page().until(id => {
      const brought = document.getElementById(id);
      const links = Array.from(brought.querySelectorAll('.hit-more a'), link => link.href);
      return !brought.hidden && links.length ? links : null;
    }, id);
    const count = Number(/\d+/.exec(label)[0]);
    assert.equal(further.length, Math.min(count, 6));
    assert.equal(new Set(listed.concat(further)).size, listed.length + further.length, 'a place is listed twice');
  });

  test('an explanation that cannot be had says why', async () => {
    await show('秦岭');
    await page().eval(() => { const { engine, loader } = window.zhize.parts; engine.run = async () => { throw new loader.SearchError('未能取得 search/t-0/0.bin：服务器答复 503。', { file: 'search/t-0/0.bin' }); }; });
    await page().eval(() => { document.querySelector('.hit-ask[aria-label^=排序说明]').click(); });
    const said = await page().until(() => { const text = document.querySelector('.hit-asked:not([hidden])').textContent; return /未能取得/.test(text) && text; });
    assert.match(said, /search\/t-0\/0\.bin/);
  });

  test('every example of the help is a search that works, without leaving the page', async () => {
    await page().goto(address());
    await page().eval(() => { document.querySelector('.search-help').open = true; window.__here = true; });
    const examples = await page().eval(() => Array.from(document.querySelectorAll('.search-help a'), link => link.textContent));
    assert.ok(examples.length >= 7);
    for (const [at, example] of examples.entries()) {
      await page().eval(at => { document.querySelectorAll('.search-help a')[at].click(); }, at);
      const { query, state, hits, notices } = await settled(page());
      assert.deepEqual([query, state], [example, 'ready']);
      // Whether there are articles, and names with sounds, depends on the site.
      assert.ok(hits.length > 0 || /条$/.test(example) || (/^[a-z]+$/.test(example) && lacksNames(site)), `${example}: nothing found`);
      assert.doesNotMatch(notices, /普通文字/, example);
      assert.equal(await page().eval(() => new URLSearchParams(location.search).get('q')), example);
      assert.ok(await page().eval(() => window.__here), 'the page was left');
    }
  });

  test('half a surrogate pair, control characters and ten thousand characters are text', async () => {
    await page().goto(address());
    for (const odd of ['责任\ud840', '\udc00责任', '责\u0000任\u0007', '\u202e责任', '责任'.repeat(5000)]) {
      await page().eval((box, odd) => {
        const input = document.querySelector(box);
        input.value = odd;
        input.dispatchEvent(new InputEvent('input', { bubbles: true }));
        window.__sent = new TextDecoder('utf-8', { fatal: true }).decode(window.zhize.parts.query.encodeRequest(odd));
      }, BOX, odd);
      const { state, status } = await settled(page());
      assert.equal(state, 'ready', status);
      assert.doesNotMatch(status + await page().eval(() => document.title), /[\u0000-\u001f\u202e]/);
    }
    assert.ok((await page().eval(() => window.__sent)).endsWith('责任'));
  });

  test('a long query stays in the address, behind “#”, where no server refuses it', async () => {
    server().policy = null;
    await page().goto(address());
    const long = '落实全面从严治党主体责任'.repeat(400);
    await page().eval((box, long) => {
      const input = document.querySelector(box);
      input.value = long;
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }, BOX, long);
    const { hits } = await settled(page());
    assert.ok(hits.length > 0);
    const { url, path } = await page().until(() => location.hash.startsWith('#?q=') && { url: location.href, path: location.pathname + location.search });
    assert.ok(path.length < 200);
    await page().goto('about:blank');
    await page().goto(url);
    const again = await settled(page());
    assert.deepEqual([again.query.length, again.hits.map(hit => hit.title)], [long.length, hits.map(hit => hit.title)]);
    await searchFor(page(), '秦岭');
    await page().until(() => location.hash === '' && new URLSearchParams(location.search).get('q') === '秦岭');
  });

  test('results stay while the index is opened anew, until others or an error are there', async () => {
    let seed = 3;
    const random = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
    for (let run = 0; run < 4; run++) {
      server().policy = file => (/^search\/.*\.bin$/.test(file) && random() < 0.35 ? { status: 503 } : null);
      await page().goto('about:blank');
      await page().goto(address());
      await page().eval(() => {
        window.__lost = 0;
        const list = document.querySelector('[data-search-results]');
        let had = false;
        new MutationObserver(() => {
          // A reader only sees the state after a script has ended.
          const state = document.querySelector('[data-search-state]').getAttribute('data-search-state');
          if (had && !list.children.length && state !== 'error') window.__lost++;
          had = list.children.length > 0;
        }).observe(list, { childList: true });
      });
      for (const query of ['责任', '责任 监督', '责任 监督 追究']) {
        const { state, status } = await searchFor(page(), query);
        assert.match(state, /ready|error/);
        if (state === 'error') assert.match(status, /search\/[\w-]+(\/\w+)?\.bin/);
        await page().until(() => document.querySelector('[data-search-facets]').children.length > 0 || document.querySelector('[data-search-state]').dataset.searchState === 'error');
      }
      assert.equal(await page().eval(() => window.__lost), 0);
    }
  });

  test('an index of another version is named as such', async () => {
    await page().goto(address());
    await booted(page());
    const boot = await page().eval(async () => Array.from(new Uint8Array(await (await fetch('boot.bin')).arrayBuffer())));
    // The four letters of the magic, then the version.
    boot[4] ^= 0x40;
    server().policy = file => (file === 'search/boot.bin' ? { body: Uint8Array.from(boot) } : null);
    const { state, status, hits } = await show('责任');
    assert.deepEqual([state, hits.length], ['error', 0]);
    assert.match(status, /search\/boot\.bin.*另一版本.*刷新本页/);
  });
}
