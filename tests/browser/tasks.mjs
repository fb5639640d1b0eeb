// Things that readers come for, as docs/reader-tasks.md lists them: ten from
// the home page, by what can be seen and pressed, on a desktop and on a phone,
// and by one query; twenty more by the query alone.
import fs from 'node:fs';
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium } from './lib/browsers.mjs';
import { patience } from './lib/patience.mjs';
import { filesOf } from './lib/site.mjs';

const MOST_CLICKS = 3;
const FIRST_RESULTS = 3;

/** The rows of the table below a heading, as cells. @param {string} heading */
function rowsBelow(heading) {
  const text = fs.readFileSync(new URL('../../docs/reader-tasks.md', import.meta.url), 'utf8');
  const section = text.split(/^## /m).find(part => part.startsWith(`${heading}\n`));
  const rows = section.split('\n').filter(line => line.startsWith('| ')).slice(1);
  return rows.map(row => row.slice(1, -1).split('|').map(cell => cell.trim()));
}

/** Rows of the first table: the task, the ways to click, the query, and what is then seen. */
function tasks() {
  return rowsBelow('十项任务').map(([task, clicks, query, seen]) => {
    return { task, clicks: clicks.split(' → ').map(step => step.split(' / ')), query, seen };
  });
}

/** The first visible link that contains one of the words. One call finds it, since a page has hundreds of links. */
async function visibleLink(page, words) {
  const at = await page.evaluate(words => {
    const plain = text => text.replace(/\s+/g, ' ').trim();
    return Array.from(document.querySelectorAll('a[href]')).findIndex(link => {
      const { width, height } = link.getBoundingClientRect();
      const name = plain(link.innerText), label = plain(link.textContent);
      return width > 0 && height > 0 && getComputedStyle(link).visibility === 'visible' && words.some(word => name.includes(word) || label.startsWith(word));
    });
  }, words);
  return at < 0 ? null : page.locator('a[href]').nth(at);
}

export default function readerTasks(site) {
  const known = filesOf(site).includes('practices/tianjin-wubitan/index.html');
  const skip = !chromiumPath() ? 'Chromium is not installed here' : known ? false : 'the tasks are about the bundled content';
  describe('ten tasks of readers', { skip }, () => {
    let browser, server;
    before(async () => { browser = await launchChromium(); server = await startServer(site, '/kb/'); });
    after(async () => { await browser?.close(); await server?.close(); });

    test('there are ten, none of more than three clicks', () => {
      assert.equal(tasks().length, 10);
      for (const { task, clicks } of tasks()) assert.ok(clicks.length <= MOST_CLICKS, task);
    });

    for (const width of [1280, 390]) {
      for (const { task, clicks, query, seen } of tasks()) {
        test(`${width} px: ${task}`, async () => {
          const context = await browser.newContext({ viewport: { width, height: 800 } });
          try {
            const page = await context.newPage();
            page.setDefaultTimeout(patience());
            await page.goto(server.base + 'index.html');
            for (const words of clicks) {
              const link = await visibleLink(page, words);
              assert.ok(link, `no link “${words.join(' / ')}” can be seen on ${page.url()}`);
              const address = await link.evaluate(a => a.href);
              await link.click();
              await page.waitForURL(url => String(url) === address);
            }
            assert.notEqual(page.url(), server.base + 'index.html');
            assert.ok((await page.locator('main').innerText()).includes(seen), `“${seen}” is not on ${page.url()}`);
            const there = new URL(page.url()).pathname;

            await page.goto(server.base + 'index.html');
            await page.locator('main input[name=q]').fill(query);
            await page.locator('main input[name=q]').press('Enter');
            await page.waitForSelector('[data-search-state=ready]');
            const hits = await page.locator('[data-search-results] > li').all();
            const addresses = [], texts = [];
            for (const hit of hits.slice(0, FIRST_RESULTS)) {
              addresses.push(await hit.locator('a').first().evaluate(a => a.href));
              texts.push(await hit.innerText());
            }
            // A cell of the matrix is no result; what it lists is.
            const found = /\/matrix\//.test(there)
              ? texts.some(text => text.includes(seen))
              : addresses.some(address => new URL(address).pathname === there);
            assert.ok(addresses.length && found, `“${query}” gives ${addresses.join(' ')}, not ${there}`);
          } finally {
            await context.close();
          }
        });
      }
    }

    test('the twenty are twenty, each with its results then and now', () => {
      const rows = rowsBelow('二十项任务');
      assert.equal(rows.length, 20);
      for (const [task, , , then, now] of rows) {
        assert.match(then, /^(办成|部分办成|未办成)$/, task);
        assert.match(now, /^(办成|部分办成|未办成)(：.+)?$/, task);
      }
    });

    for (const [task, query, wanted] of rowsBelow('二十项任务').filter(row => row[2] !== '—')) {
      test(`one query: ${task}`, async () => {
        const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
        try {
          const page = await context.newPage();
          page.setDefaultTimeout(patience());
          await page.goto(`${server.base}search/index.html?q=${encodeURIComponent(query)}`);
          await page.waitForSelector('[data-search-state=ready]');
          const titles = [];
          for (const hit of (await page.locator('[data-search-results] > li').all()).slice(0, FIRST_RESULTS)) titles.push((await hit.innerText()).replace(/\s+/g, ''));
          assert.ok(titles.some(title => title.includes(wanted)), `“${query}” gives ${titles.join(' | ')}`);
        } finally {
          await context.close();
        }
      });
    }
  });
}
