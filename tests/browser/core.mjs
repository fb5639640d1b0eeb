// What must work in every browser: searching, highlighting, facets, over HTTP
// in any folder and from the disk.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startServer } from './lib/server.mjs';
import { everyBrowser } from './lib/browsers.mjs';
import { BOX, SEARCH, facets, searchFor, settled, wordsOf } from './lib/site.mjs';

export default function core(site) {
  for (const [name, launch] of Object.entries(everyBrowser())) {
    describe(name, { skip: launch ? false : 'not installed here' }, () => {
      let browser;
      before(async () => { browser = await launch(); });
      after(() => browser?.close());
      for (const prefix of ['/', '/kb/子目录/']) {
        describe(`over HTTP below ${prefix}`, () => {
          let server;
          before(async () => { server = await startServer(site, prefix); });
          after(() => server?.close());
          steps(site, () => browser, () => server.base);
        });
      }
      describe('from the disk', () => {
        let folder;
        before(() => {
          folder = fs.mkdtempSync(path.join(os.tmpdir(), '资料 (1) '));
          fs.cpSync(site, folder, { recursive: true });
        });
        after(() => fs.rmSync(folder, { recursive: true, force: true }));
        steps(site, () => browser, () => pathToFileURL(folder).href + '/');
      });
    });
  }
}

/** @param {string} site @param {() => any} browser @param {() => string} base */
function steps(site, browser, base) {
  let page;
  before(async () => {
    page = await browser().newPage();
    await page.goto(base() + SEARCH);
  });
  after(() => page?.close());

  for (const [query, address] of [['五必谈', 'practices/tianjin-wubitan/'], ['四责协同', 'practices/shanghai-size-xietong/'], ['秦岭', 'cases/yansu-wenze/']]) {
    test(`${query} finds its page first, with the words marked`, async () => {
      const { state, status, hits } = await searchFor(page, query);
      assert.equal(state, 'ready', status);
      assert.match(status, /\d/);
      assert.ok(hits.length > 0, 'no results');
      assert.ok(decodeURI(hits[0].href).includes(address), hits[0].href);
      assert.ok(hits.every(hit => hit.tag === 'LI' && hit.title));
      const marks = hits[0].marks.join('|');
      assert.ok(marks.includes(query), `marks: ${marks}`);
    });
  }

  test('a figure with a point is found', async () => {
    const { hits } = await searchFor(page, '39.2万');
    assert.ok(hits.length, 'no results');
    assert.ok(hits.some(hit => wordsOf(site, pathIn(hit.href, base())).includes('39.2万')));
    assert.ok(wordsOf(site, pathIn(hits[0].href, base())).includes('39.2万'), 'the first page holds it');
  });

  test('a result leads to its place, with the words marked there', async () => {
    const { hits } = await searchFor(page, '五必谈');
    await page.goto(hits[0].href);
    const at = await page.until(() => {
      const marks = Array.from(document.querySelectorAll('main mark'), mark => mark.textContent);
      const id = decodeURIComponent(location.hash.slice(1));
      return marks.length && document.querySelector('.hl-bar') ? { marks, id, there: !id || !!document.getElementById(id), path: location.pathname } : null;
    });
    assert.ok(at.there, `no element #${at.id}`);
    assert.ok(at.marks.join('').includes('五必谈'), at.marks.join());
    await page.eval(() => { Array.from(document.querySelectorAll('.hl-bar button')).pop().click(); });
    assert.equal(await page.eval(() => document.querySelectorAll('main mark').length), 0, 'marks can be taken away');
    await page.goto(base() + SEARCH);
  });

  test('facets filter and count', async () => {
    const { status } = await searchFor(page, '责任');
    const found = await facets(page);
    const types = found.find(group => group.values.some(value => value.key === 'type'));
    const wanted = types.values.find(value => value.value === 'practice');
    assert.ok(wanted && wanted.count > 0 && wanted.count < Number(/\d+/.exec(status)[0]));
    await page.eval(() => { document.querySelector('[data-search-facets] input[name=type][value=practice]').click(); });
    const filtered = await settled(page);
    assert.equal(Number(/\d+/.exec(filtered.status)[0]), wanted.count);
    assert.ok(filtered.hits.every(hit => hit.type === wanted.label), filtered.hits.map(hit => hit.type).join());
  });

  test('a quoted phrase is found only as it stands, and a word can be excluded', async () => {
    await page.goto(base() + SEARCH);
    const all = await searchFor(page, '"容错纠错"');
    assert.ok(all.hits.length, 'no results');
    for (const hit of all.hits) assert.ok(wordsOf(site, pathIn(hit.href, base())).includes('容错纠错'), hit.title);
    const some = await searchFor(page, '容错 -湖北');
    assert.ok(some.hits.length, 'no results');
    assert.ok(some.hits.every(hit => !hit.href.includes('hubei')), some.hits.map(hit => hit.title).join());
  });

  test('nothing found is said so', async () => {
    const { state, status, hits, advice } = await searchFor(page, '龘靐齉爩');
    assert.equal(state, 'ready');
    assert.equal(hits.length, 0);
    assert.match(status, /未找到/);
    assert.ok(advice);
  });

  test('other scripts may ask through window.zhize.search', async () => {
    const found = await page.eval(async () => {
      const { total, hits } = await window.zhize.search('五必谈', { limit: 3, filters: { type: ['practice'] } });
      return { total, hits };
    });
    assert.ok(found.total >= 1 && found.hits.length <= 3);
    for (const key of ['url', 'anchor', 'title', 'label', 'type', 'score', 'snippet']) assert.ok(key in found.hits[0], key);
  });

  test('no script threw, and nothing was asked of another origin', async () => {
    assert.deepEqual(page.errors, []);
    const others = page.requests.filter(url => !url.startsWith(new URL(base()).origin === 'null' ? 'file:' : new URL(base()).origin) && !/^(data|about|blob):/.test(url));
    assert.deepEqual(others, []);
    assert.equal(await page.eval(box => document.querySelectorAll(box).length, BOX), 1);
  });
}

/** The path of a page in the site, from an address. */
function pathIn(href, base) {
  return decodeURIComponent(new URL(href).pathname).slice(decodeURIComponent(new URL(base).pathname).length);
}
