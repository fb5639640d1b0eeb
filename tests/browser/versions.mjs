// Regulations with several texts: what is in force, the text of a day, old
// numbers.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startServer } from './lib/server.mjs';
import { everyBrowser } from './lib/browsers.mjs';
import { filesOf } from './lib/site.mjs';

export default function versions(bundled, { regulations }) {
  const site = regulations || bundled;
  const law = filesOf(site).find(file => file.endsWith('.html') && /<section[^>]*data-versions/.test(read(site, file)) && /id="law-gone"/.test(read(site, file)));
  for (const [name, launch] of Object.entries(everyBrowser())) {
    const reason = !launch ? 'not installed here' : !law ? 'this site has no regulation of several texts' : false;
    describe(`texts of a regulation in ${name}`, { skip: reason }, () => {
      let browser, server;
      before(async () => { browser = await launch(); server = await startServer(site, '/kb/'); });
      after(async () => { await browser?.close(); await server?.close(); });
      for (const place of ['over HTTP', 'from the disk']) {
        describe(place, () => steps(() => browser, () => (place === 'over HTTP' ? server.base : pathToFileURL(site).href + '/') + law));
      }
    });
  }
}

const read = (site, file) => fs.readFileSync(path.join(site, file), 'utf8');

/** @param {() => any} browser @param {() => string} address */
function steps(browser, address) {
  let page;
  before(async () => { page = await browser().newPage(); });
  after(() => page?.close());

  // Each visit has its own address, because a change after “#” alone loads nothing.
  let visits = 0;
  const open = async (query, hash = '') => {
    await page.goto(`${address()}?${query}&visit=${++visits}${hash}`);
    await page.until(() => document.querySelector('[data-as-of]:not([hidden])'));
  };

  test('each text says what it is today, by its dates', async () => {
    await open('');
    const rows = await page.eval(() => Array.from(document.querySelectorAll('[data-version]'), row => [row.dataset.from, row.dataset.until || '', row.querySelector('[data-validity-state]').textContent]));
    const today = await page.eval(() => window.zhize.parts.time.beijingDay(Date.now()));
    assert.ok(rows.length > 1);
    for (const [from, until, said] of rows) {
      assert.equal(said, until && until <= today ? '已修改' : from <= today ? '现行有效' : '尚未生效', from);
    }
    assert.match(await page.eval(() => document.querySelector('.validity-state').textContent), /现行有效|尚未生效|已修改|已废止/);
  });

  test('a day leads to the text then in force, and says so', async () => {
    await open('');
    const oldest = await page.eval(() => Array.from(document.querySelectorAll('[data-version]')).pop().dataset.from);
    await page.eval(day => {
      const form = document.querySelector('[data-as-of]');
      form.querySelector('input').value = day;
      // Waits for this answer first: a page that has been left no longer answers.
      setTimeout(() => form.querySelector('button').click());
    }, oldest);
    await page.until(() => document.querySelector('[data-as-of-said]:not([hidden])'));
    const said = await page.eval(() => [location.search, document.querySelector('[data-as-of-said]').textContent, document.querySelector('[data-version].is-here').dataset.from]);
    assert.equal(said[0], '?as-of=' + oldest);
    assert.match(said[1], /有效的即为本页文本/);
    assert.equal(said[2], oldest);
    // A day before the first text leads nowhere.
    await open('as-of=1949-01-01');
    assert.match(await page.eval(() => document.querySelector('[data-as-of-said]').textContent), /尚无该制度文本/);
    // A text that isn't a date is ignored.
    await open('as-of=2020-02-31');
    assert.ok(await page.eval(() => document.querySelector('[data-as-of-said]').hidden));
  });

  test('an old number leads to what became of it, a lost paragraph to its article', async () => {
    await open('');
    const old = await page.eval(() => document.querySelector('.law-gone li').id);
    await open('', '#' + old);
    assert.match(await page.eval(() => document.querySelector(':target').textContent), /现为|已删去/);
    const article = await page.eval(() => document.querySelector('.law-article').id);
    await open('', `#${article}-para-99`);
    const said = await page.until(() => document.querySelector('.law-said') && document.querySelector('.law-said').textContent);
    assert.match(said, /已不存在，已定位到第/);
    assert.deepEqual(page.errors, []);
  });
}
