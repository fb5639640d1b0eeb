// A page is led by its matter: what it says to do, or what came of it, can be
// read on a phone without scrolling, and what is said of the page's making
// stays out of the way until it is asked for.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium } from './lib/browsers.mjs';
import { patience } from './lib/patience.mjs';
import { documentsOf, filesOf } from './lib/site.mjs';

const PHONE = { width: 390, height: 844 };
/** On a phone, the first paragraph of the text begins above this line (in px). */
const TEXT_BEGINS = 900;
/** Number of source marks on a page that rests on one paragraph of its source. */
const MOST_MARKS = 6;
/** Height of a hit in px: three to a screen. */
const TALLEST_HIT = 260;
/** Layout shift while results arrive, in the browser's measure. */
const MOST_MOVED = 0.1;

export default function matter(site) {
  const pages = documentsOf(site);
  const skip = !chromiumPath() ? 'Chromium is not installed here' : pages.length ? false : 'the site has no documents';
  describe('the matter first', { skip }, () => {
    let browser, server;
    before(async () => { browser = await launchChromium(); server = await startServer(site, '/kb/'); });
    after(async () => { await browser?.close(); await server?.close(); });
    const open = async (file, options = {}) => {
      const context = await browser.newContext({ viewport: PHONE, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(patience());
      await page.goto(server.base + file);
      return page;
    };

    for (const script of [true, false]) {
      test(`a phone shows what is said before anything is scrolled, ${script ? 'with' : 'without'} script`, async () => {
        const page = await open(pages[0], { javaScriptEnabled: script });
        const late = [];
        for (const file of pages) {
          await page.goto(server.base + file);
          const found = await page.evaluate(() => {
            const box = element => element && element.getBoundingClientRect();
            const how = document.getElementById('procedure') && Array.from(document.querySelectorAll('.procedure .fact')).pop();
            const said = how || document.querySelector('.meaning, .strip-first') || document.querySelector('.document-head .lead');
            const text = document.querySelector('.document-main .prose p, .document-main .prose li, .law p');
            return { said: said && box(said).bottom, text: text ? box(text).top : null };
          });
          if (!found.said || found.said > PHONE.height || found.text > TEXT_BEGINS) late.push(`${file} ${JSON.stringify(found)}`);
        }
        await page.context().close();
        assert.deepEqual(late, []);
      });
    }

    test('a phone shows several hits at a time, and nothing moves when they come', async () => {
      const page = await open('search/index.html');
      const tall = [];
      for (const query of ['责任', '谈话制度', '一把手', '问责条例']) {
        await page.addInitScript(() => {
          window.moved = 0;
          new PerformanceObserver(list => list.getEntries().forEach(entry => { window.moved += entry.value; })).observe({ type: 'layout-shift', buffered: true });
        });
        await page.goto(`${server.base}search/index.html?q=${encodeURIComponent(query)}`);
        await page.waitForSelector('[data-search-state=ready]');
        await page.waitForSelector('[data-search-facets] fieldset', { state: 'attached' });
        const heights = await page.evaluate(() => Array.from(document.querySelectorAll('.hit'), hit => hit.getBoundingClientRect().height));
        if (!heights.length || Math.max(...heights) > TALLEST_HIT) tall.push(`${query} ${heights}`);
        const moved = await page.evaluate(() => window.moved);
        assert.ok(moved < MOST_MOVED, `${query}: ${moved}`);
      }
      await page.context().close();
      assert.deepEqual(tall, []);
    });

    test('on a phone a document keeps its title in view, and a comparison moves in its own box', async () => {
      const page = await open(pages[0]);
      assert.equal(await page.locator('.title-bar').isVisible(), false);
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await page.locator('.title-bar').waitFor();
      assert.equal(await page.locator('.title-bar-title').innerText(), await page.locator('.document-head h1').innerText());
      await page.locator('.title-bar a').click();
      await page.locator('.title-bar').waitFor({ state: 'hidden' });
      const compared = filesOf(site).filter(file => /^compare\/[^/]+\/index\.html$/.test(file));
      for (const file of compared) {
        await page.goto(server.base + file);
        const sizes = await page.evaluate(() => { const box = document.querySelector('.side-by-side-box'); return [document.documentElement.scrollWidth, box.scrollWidth > box.clientWidth]; });
        assert.deepEqual(sizes, [PHONE.width, true], file);
      }
      await page.context().close();
    });

    test('a question for a figure is answered above the results, from a disk too', async () => {
      const known = filesOf(site).includes('terms/sizhong-xingtai/index.html');
      for (const base of known ? [server.base, pathToFileURL(site).href + '/'] : []) {
        const page = await open('search/index.html');
        await page.goto(`${base}search/index.html?q=${encodeURIComponent('2021 第一种形态')}`);
        await page.waitForSelector('[data-search-state=ready]');
        const answer = await page.locator('.answer').innerText();
        for (const part of ['70%', '2021', '纪检监察机关', '〔P8〕']) assert.ok(answer.includes(part), `${base}: ${answer}`);
        await page.context().close();
      }
    });

    test('a page that rests on one paragraph says so once; a link and a setting show every mark, and paper has them', async () => {
      const shown = page => page.evaluate(() => Array.from(document.querySelectorAll('main .mark:not(.mark-editorial)')).filter(mark => mark.getClientRects().length).length);
      const page = await open(pages[0]);
      const resting = [];
      for (const file of pages) {
        await page.goto(server.base + file);
        if (await page.locator('.rests').count()) resting.push([file, await shown(page)]);
      }
      assert.ok(resting.length > 0);
      assert.deepEqual(resting.filter(([, marks]) => marks > MOST_MARKS), []);
      const [file, few] = resting[0];
      await page.goto(server.base + file);
      const all = await page.evaluate(() => document.querySelectorAll('.document-head .mark, .document-main > :not(details) .mark').length);
      assert.ok(all > few);
      await page.locator('.rests-all').click();
      assert.ok(await shown(page) >= all);
      assert.equal(await page.locator('.rests').isVisible(), false);
      await page.goto(server.base + file);
      await page.locator('.display-more > summary').click();
      await page.locator('input[name=marks][value=all]').check();
      assert.ok(await shown(page) >= all);
      await page.goto(server.base + resting[1][0]);
      assert.ok(await shown(page) > resting[1][1]);
      await page.locator('.display-more > summary').click();
      await page.locator('input[name=marks][value=""]').check();
      assert.equal(await shown(page), resting[1][1]);
      await page.goto(server.base + file);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.evaluate(() => Array.from(document.querySelectorAll('.document-head .mark, .document-main > .prose .mark')).filter(mark => !mark.getClientRects().length).length), 0);
      assert.equal(await page.locator('.endnotes').isVisible(), true);
      await page.context().close();
    });
  });
}
