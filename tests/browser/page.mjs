// How the search page and the marks behave, in current Chromium.
import { describe, test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium, pageOf } from './lib/browsers.mjs';
import { BOX, SEARCH, facets, filesOf, searchFor, settled } from './lib/site.mjs';

const PREFIX = '/kb/子目录/';
const HOSTILE = '<img src=x onerror="window.__hit=1">"\'><script>window.__hit=1</script>{{7*7}}';

export default function pageSuite(site) {
  describe('the search page', { skip: chromiumPath() ? false : 'Chromium is not installed here' }, () => {
    let browser, context, server, page, address;
    before(async () => {
      browser = await launchChromium();
      server = await startServer(site, PREFIX);
      address = server.base + SEARCH;
    });
    after(async () => { await browser?.close(); await server?.close(); });
    beforeEach(async () => {
      server.reset();
      context = await browser.newContext();
      page = await pageOf(context);
      await page.goto(address);
    });
    afterEach(() => context.close());

    const query = () => page.eval(() => new URLSearchParams(location.search).get('q'));
    const titles = async () => (await settled(page)).hits.map(hit => hit.title);
    const search = () => page.eval(() => location.search);

    describe('its address', () => {
      test('an address with a query and filters shows their results', async () => {
        await page.goto(`${address}?q=${encodeURIComponent('责任')}&type=case`);
        const shown = await settled(page);
        assert.equal(shown.query, '责任');
        assert.ok(shown.hits.length > 0);
        assert.ok(shown.hits.every(hit => decodeURI(hit.href).includes('/cases/')));
        const chosen = (await facets(page)).flatMap(group => group.values).filter(value => value.checked);
        assert.deepEqual(chosen.map(value => [value.key, value.value]), [['type', 'case']]);
      });

      test('typing makes one entry, however many letters', async () => {
        const before = await page.eval(() => history.length);
        await page.pw.locator(BOX).focus();
        for (const letter of '四责协同') { await page.insertText(letter); await settled(page); }
        await page.until(() => new URLSearchParams(location.search).get('q') === '四责协同');
        assert.ok(await page.eval(() => history.length) - before <= 1);
      });

      test('back, forward and reload give the results again', async () => {
        await searchFor(page, '责任');
        const all = await titles();
        await facets(page);
        await page.pw.locator('[data-search-facets] input[name=type][value=practice]').check();
        const practices = await titles();
        assert.notDeepEqual(practices, all);
        assert.match(await search(), /type=practice/);
        await page.pw.goBack();
        await page.until(() => !location.search.includes('type='));
        assert.deepEqual(await titles(), all);
        await page.pw.goForward();
        await page.until(() => location.search.includes('type='));
        assert.deepEqual(await titles(), practices);
        await page.pw.reload();
        assert.deepEqual(await titles(), practices);
      });

      test('a new search after a settled one can be gone back from', async () => {
        await searchFor(page, '五必谈');
        await page.press('Enter');
        const first = await titles();
        await searchFor(page, '秦岭');
        await page.until(() => new URLSearchParams(location.search).get('q') === '秦岭');
        await page.pw.goBack();
        await page.until(box => document.querySelector(box).value === '五必谈', BOX);
        assert.deepEqual(await titles(), first);
      });

      test('back from a result finds as many results as before', async () => {
        await searchFor(page, '责任');
        const many = page.pw.locator('[data-search-more]');
        assert.ok(await many.isVisible(), 'the query needs a second page of results');
        await many.click();
        await page.until(() => document.querySelector('[data-search-results]').children.length > 10);
        const before = await titles();
        await page.pw.locator('[data-search-results] > li').nth(10).locator('.hit-title a').click();
        await page.pw.waitForURL(/[?]hl=/);
        await page.pw.goBack();
        await page.until(count => document.querySelector('[data-search-results]').children.length === count, before.length);
        assert.deepEqual(await titles(), before);
      });
    });

    describe('facets', () => {
      test('the first four stand open, the others fold', async () => {
        await searchFor(page, '责任');
        const groups = await facets(page);
        const keys = groups.map(group => [group.values[0].key, group.open]);
        const first = ['type', 'responsibility', 'stage', 'role'];
        for (const key of first) assert.ok(keys.some(([k, open]) => k === key && open), key);
        assert.ok(keys.filter(([, open]) => open).every(([key]) => first.includes(key)));
        assert.ok(groups.every(group => group.values.every(value => value.label && value.count > 0)));
      });

      test('every count is what choosing it finds; two of one facet add up', async () => {
        await searchFor(page, '监督');
        const { values } = (await facets(page))[0];
        let sum = 0;
        for (const value of values) {
          await page.goto(`${address}?q=${encodeURIComponent('监督')}&type=${value.value}`);
          const { status } = await settled(page);
          assert.equal(Number(/\d+/.exec(status)[0]), value.count, value.label);
          sum += value.count;
        }
        await page.goto(`${address}?q=${encodeURIComponent('监督')}&${values.map(value => 'type=' + value.value).join('&')}`);
        assert.equal(Number(/\d+/.exec((await settled(page)).status)[0]), sum);
      });

      test('the keyboard keeps its place, and a choice can be taken back', async () => {
        await searchFor(page, '责任');
        const all = await titles();
        await facets(page);
        await page.pw.locator('[data-search-facets] input[name=type][value=practice]').focus();
        await page.press('Space');
        await page.until(() => location.search.includes('type=practice'));
        await settled(page);
        await facets(page);
        await page.until(() => document.activeElement.name === 'type' && document.activeElement.value === 'practice' && document.activeElement.checked);
        await page.pw.locator('.search-chip').click();
        await page.until(() => !location.search.includes('type='));
        assert.deepEqual(await titles(), all);
      });

      test('results are painted before facets are asked for', async () => {
        let open;
        const gate = new Promise(done => { open = done; });
        server.policy = file => (/^search\/f-/.test(file) ? { gate } : null);
        await page.goto(address);
        const { hits } = await searchFor(page, '责任');
        assert.ok(hits.length > 0);
        assert.equal(await page.eval(() => document.querySelectorAll('[data-search-facets] fieldset').length), 0);
        open();
        await facets(page);
      });

      test('facets that cannot be loaded are said to be missing; the results stay', async () => {
        server.policy = file => (/^search\/f-/.test(file) ? { status: 404 } : null);
        await page.goto(address);
        const { hits } = await searchFor(page, '责任');
        assert.ok(hits.length > 0);
        const said = await page.until(() => document.querySelector('[data-search-facets] p')?.textContent);
        assert.match(said, /未能加载.*search\/f-/);
        assert.equal((await settled(page)).state, 'ready');
      });
    });

    describe('typing', () => {
      test('a composition searches nothing until it is committed', async () => {
        const wire = await context.newCDPSession(page.pw);
        await page.pw.locator(BOX).focus();
        await page.until(() => document.activeElement.matches('input'));
        const before = server.log.length;
        for (const text of ['w', 'wu', 'wu b', 'wu bi', 'wu bi tan']) {
          await wire.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
        }
        await page.until(box => document.querySelector(box).value === 'wu bi tan', BOX);
        await wire.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
        await wire.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
        assert.equal(await page.eval(() => document.querySelector('[data-search-page]').getAttribute('data-search-state')), 'idle');
        assert.equal(await search(), '');
        assert.ok(!server.log.slice(before).some(file => /search\/[tpd]-/.test(file)), 'no shard was asked for');
        await wire.send('Input.insertText', { text: '五必谈' });
        await page.until(box => document.querySelector(box).value === '五必谈', BOX);
        assert.ok((await settled(page)).hits[0].title.includes('五必谈'));
      });

      test('facets that arrive during a composition leave it alone', async () => {
        const wire = await context.newCDPSession(page.pw);
        let open;
        const gate = new Promise(done => { open = done; });
        server.policy = file => (/^search\/f-/.test(file) ? { gate } : null);
        await page.goto(address);
        await searchFor(page, '责任');
        await page.press('End');
        await wire.send('Input.imeSetComposition', { text: 'jian du', selectionStart: 7, selectionEnd: 7 });
        await page.until(box => document.querySelector(box).value === '责任jian du', BOX);
        open();
        await facets(page);
        assert.equal(await page.eval(box => document.querySelector(box).value, BOX), '责任jian du');
        await wire.send('Input.insertText', { text: '监督' });
        await page.until(() => new URLSearchParams(location.search).get('q') === '责任监督');
      });

      test('Enter inside a composition does not leave another page', async () => {
        await page.goto(server.base + 'index.html');
        const wire = await context.newCDPSession(page.pw);
        await page.pw.locator('form[role=search] input[name=q]').first().focus();
        await wire.send('Input.imeSetComposition', { text: 'ze ren', selectionStart: 6, selectionEnd: 6 });
        await wire.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' });
        await wire.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
        assert.ok(!new URL(page.pw.url()).search);
        await wire.send('Input.insertText', { text: '责任' });
        await page.press('Enter');
        await page.pw.waitForURL(/search\/index\.html\?q=/);
        assert.ok((await titles()).length > 0);
      });

      // Results on the way to the last text may show while they are those of the text in the box: how far apart
      // two keystrokes are on a busy machine is nobody's promise. Results of another text than the box's are a fault.
      test('fifty keystrokes in a second: the last wins, and no results but those of the text in the box ever show', async () => {
        const TYPED = '中央巡视整改落实责任清单督促检查考核追究问责案例通报曝光秦岭违建别墅整治情况报告第一责任人班子成员党组';
        const wanted = (await searchFor(page, '四责协同')).hits.map(hit => hit.title);
        for (const slow of [0, 400]) {
          await page.goto('about:blank');
          let n = 0;
          // Each answer takes less time than the previous one, so they arrive in reverse order.
          server.policy = file => (/\.bin$/.test(file) ? { gate: new Promise(done => setTimeout(done, Math.max(0, slow - 60 * n++))) } : null);
          await page.goto(address);
          await page.eval(() => {
            window.__seen = [];
            const list = document.querySelector('[data-search-results]');
            new MutationObserver(() => {
              const titles = Array.from(list.querySelectorAll('.hit-link'), link => link.textContent);
              if (titles.length) window.__seen.push([document.querySelector('[data-search-page] input').value, titles]);
            }).observe(list, { childList: true });
          });
          await page.pw.locator(BOX).focus();
          await page.eval((box, letters) => {
            const input = document.querySelector(box);
            const type = value => { input.value = value; input.dispatchEvent(new InputEvent('input', { bubbles: true })); };
            let at = 0;
            const timer = setInterval(() => {
              type(letters[at] === undefined ? '四责协同' : input.value + letters[at]);
              if (at++ === letters.length) { clearInterval(timer); window.__typed = true; }
            }, 20);
          }, BOX, Array.from(TYPED));
          await page.until(() => window.__typed);
          assert.deepEqual((await settled(page)).hits.map(hit => hit.title), wanted);
          await page.until(() => document.querySelectorAll('[data-search-facets] fieldset').length > 0);
          assert.deepEqual(await titles(), wanted);
          server.policy = null;
          for (const [text, shown] of await page.eval(() => window.__seen)) {
            const right = await page.eval(async text => (await window.zhize.search(text)).hits.map(hit => hit.title + (hit.label && hit.label !== hit.title ? hit.label : '')), text);
            assert.deepEqual(shown, right, `results of another text than “${text}” were shown`);
          }
        }
      });

      test('an emptied box shows nothing and asks for nothing', async () => {
        await searchFor(page, '责任');
        await page.pw.locator(BOX).fill('');
        const { state, hits, status, lists } = await settled(page);
        assert.deepEqual([state, hits.length, status, lists], ['idle', 0, '', true]);
        assert.equal(await search(), '');
      });

      test('odd queries are only text', async () => {
        for (const odd of [HOSTILE, '.*+?^${}()|[]\\', ' \u3000\t ', '\ud840', '👨‍👩‍👧🀄', '𠮷𡃁㐀', 'a\u202e搜', '"搜索', '%E0%A4%A', '，。！？《》', '-', '""', '__proto__ constructor', '搜'.repeat(10000)]) {
          await page.pw.locator(BOX).fill(odd);
          const { state } = await settled(page);
          assert.match(state, /ready|idle/, odd.slice(0, 20));
        }
        assert.equal(await page.eval(() => window.__hit || document.querySelectorAll('img[src=x]').length), 0);
        assert.equal((await searchFor(page, '秦岭')).state, 'ready');
        assert.deepEqual(page.errors, []);
      });
    });

    describe('markup in an address', () => {
      test('is inert in a query', async () => {
        await page.goto(`${address}?q=${encodeURIComponent(HOSTILE)}&type=${encodeURIComponent(HOSTILE)}#${encodeURIComponent(HOSTILE)}`);
        await settled(page);
        assert.equal(await page.eval(() => window.__hit || document.querySelectorAll('img[src=x]').length), 0);
        assert.equal(await query(), HOSTILE);
        assert.deepEqual(page.errors, []);
      });

      test('is inert in words to highlight', async () => {
        for (const words of [HOSTILE, '</mark><img src=x onerror=window.__hit=1>', '(a+)+$', '责'.repeat(1000)]) {
          await page.goto(`${server.base}practices/tianjin-wubitan/index.html?hl=${encodeURIComponent(words)}#${encodeURIComponent(words)}`);
          await page.until(() => document.readyState === 'complete');
          assert.equal(await page.eval(() => window.__hit || document.querySelectorAll('main img[src=x]').length), 0);
        }
        assert.deepEqual(page.errors, []);
      });
    });

    describe('marks on the page that a result leads to', () => {
      const TEXT = '<p id=a>前<strong>监督</strong><em>责任</em>后，监<a href="#">督</a>。</p><div class=tall></div><h2 id=b>标题</h2><p>监督责任在此。</p><p>监督</p><p>责任</p>';
      const open = async (words, anchor) => {
        server.policy = file => (file === 'index.html' ? {
          body: `<!doctype html><meta charset=utf-8><style>.tall{height:4000px}</style><script defer src="${scriptOf()}" data-engine="engine.00000000"></script><script defer src="${documentScript}"></script><main>${TEXT}</main>` } : null);
        await page.goto(`${server.base}index.html?hl=${encodeURIComponent(words)}${anchor}`);
        await page.until(() => document.querySelector('.hl-bar') && document.readyState === 'complete');
        await page.pw.evaluate(() => new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
        return page.eval(() => Array.from(document.querySelectorAll('main mark'), mark => mark.textContent));
      };
      // Marks are made by the script of documents, which the search page does not load.
      const documentScript = PREFIX + filesOf(site).find(file => /^assets\/document\.[^.]+\.js$/.test(file));
      let script;
      const scriptOf = () => script;
      beforeEach(async () => { script = new URL(await page.eval(() => document.querySelector('script[data-engine]').src)).pathname; });

      test('run over the edges of inline elements but not of paragraphs', async () => {
        assert.deepEqual(await open('监督责任', ''), ['监督', '责任', '监督责任']);
        assert.deepEqual(await open('监督', ''), ['监督', '监', '督', '监督', '监督']);
      });

      test('are where the page scrolls to', async () => {
        await open('监督责任', '#b');
        const box = await page.eval(() => ({ heading: document.getElementById('b').getBoundingClientRect().top, mark: document.querySelectorAll('mark')[2].getBoundingClientRect().top, height: innerHeight }));
        assert.ok(box.heading >= 0 && box.heading < box.height && box.mark > 0 && box.mark < box.height, JSON.stringify(box));
        await open('此', '');
        assert.ok(await page.eval(() => { const { top } = document.querySelector('mark').getBoundingClientRect(); return top > 0 && top < innerHeight; }));
      });

      test('go away without a trace', async () => {
        await open('监督', '#b');
        await page.pw.locator('.hl-bar button', { hasText: '清除标记' }).click();
        assert.equal(await page.eval(() => document.querySelectorAll('mark, .hl-bar').length), 0);
        assert.equal(await page.pw.locator('#a').innerHTML(), /<p id=a>(.*?)<\/p>/.exec(TEXT)[1].replace('"#"', '"#"'));
        assert.deepEqual([await search(), await page.eval(() => location.hash)], ['', '#b']);
      });

      test('say so when the words are not there', async () => {
        assert.deepEqual(await open('龘靐', ''), []);
        assert.match(await page.pw.locator('.hl-bar').innerText(), /未找到“龘靐”/);
      });

      test('are stepped through', async () => {
        await open('监督', '');
        await page.pw.locator('.hl-bar button', { hasText: '下一处' }).click();
        assert.deepEqual(await page.eval(() => Array.from(document.querySelectorAll('.hl-now'), mark => mark.textContent)), ['监', '督']);
        await page.pw.locator('.hl-bar button', { hasText: '上一处' }).click();
        await page.pw.locator('.hl-bar button', { hasText: '上一处' }).click();
        assert.deepEqual(await page.eval(() => Array.from(document.querySelectorAll('mark')).findIndex(mark => mark.classList.contains('hl-now'))), 4);
      });
    });

    describe('the keyboard', () => {
      test('/ and Ctrl+K lead to the box, on every page', async () => {
        for (const url of [address, server.base + 'index.html', server.base + 'practices/tianjin-wubitan/index.html']) {
          await page.goto(url);
          for (const key of ['/', 'Control+k']) {
            await page.eval(() => { document.activeElement.blur(); });
            await page.press(key);
            await page.until(() => document.activeElement.matches('form[role=search] input[name=q]'));
            assert.equal(await page.eval(() => document.activeElement.value), '');
            assert.equal(await page.eval(() => document.activeElement.closest('dialog') !== null), url !== address);
            await page.press('Escape');
          }
          await page.eval(() => { document.activeElement.blur(); });
          await page.press('/');
          await page.press('/');
          assert.equal(await page.eval(() => document.activeElement.value), '/', 'in the box it is a letter');
        }
      });

      test('over any page a query shows its first results, and arrows reach them', async () => {
        await page.goto(server.base + 'terms/index.html');
        await page.press('Control+k');
        await page.insertText('五必谈');
        const first = await page.until(() => { const link = document.querySelector('.overlay .hit-link'); return link && link.href; });
        assert.match(first, /tianjin-wubitan/);
        await page.press('ArrowDown');
        assert.equal(await page.eval(() => document.activeElement.href), first);
        await page.press('ArrowUp');
        assert.equal(await page.eval(() => document.activeElement.value), '五必谈');
        assert.match(await page.eval(() => document.querySelector('.overlay-all').href), /search\/index\.html\?q=%E4%BA%94/);
        await page.press('Escape');
        await page.until(() => !document.querySelector('.overlay').open);
        await page.press('Control+k');
        await page.press('Enter');
        await page.until(() => location.pathname.endsWith('/search/index.html'));
        assert.equal((await settled(page)).query, '五必谈');
      });

      test('earlier searches are listed on this device until the reader clears them', async () => {
        await page.goto(address);
        await searchFor(page, '四责协同');
        await page.press('Enter');
        await page.goto(address);
        assert.ok((await page.until(() => { const links = Array.from(document.querySelectorAll('[data-search-recent] a'), link => link.textContent); return links.length && links; })).includes('四责协同'));
        await page.pw.locator('.recent-forget').click();
        assert.equal(await page.pw.locator('[data-search-recent]').isVisible(), false);
      });

      test('arrows go from the box through the results, Enter opens', async () => {
        const { hits } = await searchFor(page, '五必谈');
        const focused = () => page.eval(() => document.activeElement.href || document.activeElement.tagName);
        // Suggestions, if there are any, come first in the tab order.
        await page.press('Escape');
        await page.press('ArrowDown');
        assert.equal(await focused(), hits[0].href);
        assert.notEqual(await page.eval(() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle + style.boxShadow + style.textDecorationLine; }), 'nonenonenone');
        await page.press('ArrowDown');
        assert.equal(await focused(), hits[1].href);
        await page.press('ArrowUp');
        await page.press('ArrowUp');
        assert.equal(await focused(), 'INPUT');
        await page.press('ArrowDown');
        await page.press('Enter');
        await page.until(href => location.href === href, hits[0].href);
      });
    });

    test('its controls are named, and the status is a live region from the start', async () => {
      const wire = await context.newCDPSession(page.pw);
      await searchFor(page, '责任');
      await facets(page);
      const { nodes } = await wire.send('Accessibility.getFullAXTree');
      const unnamed = nodes.filter(node => !node.ignored && ['searchbox', 'button', 'checkbox', 'link', 'combobox', 'group'].includes(node.role?.value) && !node.name?.value && node.role.value !== 'group');
      assert.deepEqual(unnamed.map(node => node.role.value), []);
      assert.ok(nodes.some(node => node.role?.value === 'status'));
      assert.ok(nodes.some(node => node.role?.value === 'search'));
    });

    test('it fits a phone 320 pixels wide', async () => {
      await page.pw.setViewportSize({ width: 320, height: 600 });
      await searchFor(page, '责任');
      await facets(page);
      await page.pw.locator('[data-search-facet-toggle]').click();
      assert.ok(await page.pw.locator('[data-search-facets]').isVisible());
      assert.ok(await page.eval(() => document.documentElement.scrollWidth <= 320), 'wider than the screen');
    });
  });
}
