// A page is led by its matter: what it says to do, or what came of it, can be
// read on a phone without scrolling, and what is said of the page's making
// stays out of the way until it is asked for.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium } from './lib/browsers.mjs';
import { patience } from './lib/patience.mjs';
import { documentsOf } from './lib/site.mjs';

const PHONE = { width: 390, height: 844 };
/** The first paragraph of the text begins above this line of a phone. */
const TEXT_BEGINS = 900;
/** Marks that a page shows of itself which rests on one paragraph of its source. */
const MOST_MARKS = 6;

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
