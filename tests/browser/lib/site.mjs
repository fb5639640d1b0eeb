// A built site as seen from outside, and the steps that every browser takes on its search page.
import fs from 'node:fs';
import path from 'node:path';

export const SEARCH = 'search/index.html';
export const BOX = '[data-search-page] input[type=search]';

/** Folders, and files below them, in order. */
export function filesOf(dir, below = '') {
  return fs.readdirSync(path.join(dir, below), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => (entry.isDirectory() ? filesOf(dir, below + entry.name + '/') : [below + entry.name]));
}

/** The pages of documents in a built site, without lists and redirects from old addresses. */
export function documentsOf(dir) {
  const typed = /^(regulations|practices|cases|terms)\/[^/]+\/index\.html$/;
  const isDocument = file => fs.readFileSync(path.join(dir, file), 'utf8').includes('<body class="kind-document">');
  return filesOf(dir).filter(file => typed.test(file) && isDocument(file));
}

/** The words of a page's `main`, without markup or spaces. */
export function wordsOf(dir, url) {
  const html = fs.readFileSync(path.join(dir, url), 'utf8');
  const main = /<main[\s>][\s\S]*<\/main>/.exec(html)?.[0] ?? '';
  return main.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/g, '')
    .replace(/&(lt|gt|amp|quot|#39|#x27);/g, (_, name) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[name] ?? "'").replace(/\s+/g, '');
}

/** What the search page shows when nothing is loading any more. */
export function settled(page) {
  return page.until(() => {
    const root = document.querySelector('[data-search-page]');
    const state = root && root.getAttribute('data-search-state');
    // Before the page's script begins, nothing is settled either: it takes this
    // note away.
    if (!state || state === 'loading' || root.querySelector('[data-search-waiting]')) return null;
    const list = root.querySelector('[data-search-results]');
    const textOf = element => (element ? element.textContent.trim() : '');
    return {
      state,
      query: root.querySelector('input[type=search]').value,
      status: textOf(root.querySelector('[role=status]')),
      notices: textOf(root.querySelector('[data-search-notices]')),
      advice: root.querySelector('[data-search-advice]').getClientRects().length > 0,
      lists: root.querySelector('.search-list') ? root.querySelector('.search-list').getClientRects().length > 0 : false,
      hits: Array.from(list.children, item => ({
        tag: item.tagName,
        title: textOf(item.querySelector('a[href]')),
        href: item.querySelector('a[href]').href,
        type: textOf(item.querySelector('.hit-facts span')),
        divider: textOf(item.querySelector('.hit-divider')),
        snippet: textOf(item.querySelector('.hit-snippet')),
        marks: Array.from(item.querySelectorAll('mark'), textOf),
        more: Array.from(item.querySelectorAll('.hit-more a'), link => link.href),
      })),
    };
  });
}

/** Replaces the text of the box by a query, and waits for its results. */
export async function searchFor(page, query) {
  await page.eval(box => { const input = document.querySelector(box); input.focus(); input.select(); }, BOX);
  await page.insertText(query);
  await page.until((box, query) => document.querySelector(box).value === query, BOX, query);
  return settled(page);
}

/** Waits for the facets of the results that are shown. */
export function facets(page) {
  return page.until(() => {
    const groups = Array.from(document.querySelectorAll('[data-search-facets] fieldset'));
    return groups.length ? groups.map(group => ({
      label: group.querySelector('legend').textContent,
      open: !group.closest('details'),
      values: Array.from(group.querySelectorAll('.facet-value'), row => ({
        key: row.querySelector('input').name,
        value: row.querySelector('input').value,
        label: row.querySelector('span').textContent,
        count: Number(row.querySelector('.facet-count').textContent),
        checked: row.querySelector('input').checked,
      })),
    })) : null;
  });
}

/**
 * Resolves when what the page has begun has happened, so that what has not
 * happened won't: a timer set after the page's own of up to `ms` has fired, the
 * page has been idle, and the server has answered a request sent after all that.
 */
export async function atRest(page, server, ms = 400) {
  await page.eval((address, ms) => new Promise(done => {
    setTimeout(() => requestIdleCallback(() => { fetch(address, { cache: 'no-store' }).then(done, done); }, { timeout: 5000 }), ms);
  }).then(() => true), `${server.base}index.html?at-rest`, ms);
}
