// A regulation's page: jumping to an article, copying, reading one alone.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startServer } from './lib/server.mjs';
import { everyBrowser } from './lib/browsers.mjs';
import { filesOf } from './lib/site.mjs';

export default function provisions(bundled, { regulations }) {
  const site = regulations || bundled;
  const law = filesOf(site).find(file => file.endsWith('.html') && fs.readFileSync(path.join(site, file), 'utf8').includes('data-law='));
  for (const [name, launch] of Object.entries(everyBrowser())) {
    const reason = !launch ? 'not installed here' : !law ? 'this site holds no text of a regulation' : false;
    describe(`provisions in ${name}`, { skip: reason }, () => {
      let browser, server;
      before(async () => { browser = await launch(); server = await startServer(site, '/kb/'); });
      after(async () => { await browser?.close(); await server?.close(); });
      for (const place of ['over HTTP', 'from the disk']) {
        describe(place, () => steps(() => browser, () => (place === 'over HTTP' ? server.base : pathToFileURL(site).href + '/') + law));
      }
    });
  }
}

/** @param {() => any} browser @param {() => string} address */
function steps(browser, address) {
  let page;
  before(async () => {
    page = await browser().newPage();
    await page.goto(address());
    await page.until(() => document.querySelector('[data-law-jump]:not([hidden])'));
  });
  after(() => page?.close());

  /** Types into the jump box and returns what happened. */
  const jump = typed => page.eval(words => {
    const form = document.querySelector('[data-law-jump]');
    form.querySelector('input').value = words;
    form.querySelector('button').click();
    return { hash: location.hash, said: form.querySelector('[role=status]').textContent };
  }, typed);

  test('the box leads to an article, and says when there is none', async () => {
    const labels = await page.eval(() => Array.from(document.querySelectorAll('.law-article')).filter(article => !article.closest('.law-annex'))
      .map(article => [article.id, article.querySelector('.law-label').textContent]));
    assert.ok(labels.length > 2);
    for (const [id, label] of labels.slice(0, 5)) {
      assert.deepEqual(await jump(label), { hash: '#' + id, said: '' });
      assert.deepEqual(await jump(id.slice('art-'.length)), { hash: '#' + id, said: '' });
    }
    const last = labels[labels.length - 1][1];
    assert.match((await jump('99999')).said, new RegExp(`未找到“99999”.*${last}`));
    assert.match((await jump('总则')).said, /无法识别/);
  });

  test('the link and the citation of a paragraph or an item are copied', async () => {
    const shown = await page.eval(() => {
      const link = document.querySelector('.law-link');
      link.focus();
      const tools = document.querySelector('.law-tools');
      return { name: link.getAttribute('aria-label'), tools: tools.getAttribute('aria-label'), buttons: Array.from(tools.querySelectorAll('button')).map(button => button.getAttribute('aria-label') || button.textContent) };
    });
    assert.equal(shown.tools, shown.name);
    assert.deepEqual(shown.buttons.slice(0, 2), [`复制链接：${shown.name}`, `复制引用格式：${shown.name}`]);
    for (const [number, words] of [[0, '链接'], [1, '引用']]) {
      await page.eval(at => document.querySelectorAll('.law-tools button')[at].click(), number);
      // Either it was copied, or the text is shown to be copied by hand.
      const said = await page.until(() => {
        const box = document.querySelector('.law-said');
        const field = box.querySelector('input');
        return box.textContent && box.textContent + (field ? field.value : '');
      });
      assert.ok(said.includes(words), said);
      await page.eval(() => { const close = document.querySelector('.law-said button'); if (close) close.click(); });
    }
  });

  test('a section is cited with its chapter, when sections are counted anew in each', async t => {
    const cited = await page.eval(() => {
      const section = document.querySelector('.law-division[id^="chap-"][id*="-sec-"]');
      if (!section) return null;
      section.querySelector('.law-heading .law-label').focus();
      document.querySelectorAll('.law-tools button')[1].click();
      return section.querySelector('.law-label').textContent.trim();
    });
    if (!cited) return t.skip('no section within a chapter');
    const said = await page.until(() => {
      const box = document.querySelector('.law-said');
      const field = box.querySelector('input');
      return box.textContent && box.textContent + (field ? field.value : '');
    });
    assert.match(said, new RegExp(`第[^第]+章${cited}`));
    await page.eval(() => { const close = document.querySelector('.law-said button'); if (close) close.click(); });
  });

  test('a link to an article that never was says so', async () => {
    await page.eval(() => { location.hash = 'art-99999'; });
    const said = await page.until(() => /链接所指条文不存在/.test(document.querySelector('.law-said').textContent) && document.querySelector('.law-said').textContent);
    assert.match(said, /最后一条为第.+条/);
  });

  test('one article is read alone, and the way back leads to it', async () => {
    const visible = () => page.eval(() => Array.from(document.querySelectorAll('.law-article')).filter(article => article.getClientRects().length).length);
    const all = await visible();
    await page.eval(() => {
      document.querySelectorAll('.law-article .law-label')[1].focus();
      document.querySelectorAll('.law-tools button')[2].click();
    });
    assert.equal(await visible(), 1);
    assert.match(await page.eval(() => document.querySelector('.law-alone-bar').textContent), /^只显示第/);
    assert.equal(await page.eval(() => document.activeElement.textContent), '显示全文');
    await page.eval(() => document.activeElement.click());
    assert.equal(await visible(), all);
    assert.match(await page.eval(() => document.activeElement.textContent), /^第.+条/);
    assert.deepEqual(page.errors, []);
  });
}
