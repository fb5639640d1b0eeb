// node tests/browser/run.mjs SITE_DIR [--next NEWER_SITE_DIR] [--regulations SITE_WITH_REGULATIONS_DIR] [--english ENGLISH_SITE_DIR] [--only NAME]
//
// Opens a built site in real browsers: over HTTP below two prefixes and from
// the disk, in current Chromium (everything), Chromium 83 and Firefox (the
// core). Ends with the test runner's own lines; exit code 1 when a test failed.
import fs from 'node:fs';
import path from 'node:path';

const options = { next: null, only: null, regulations: null, english: null };
const rest = [];
const words = process.argv.slice(2);
while (words.length) {
  const word = words.shift();
  if (word === '--next') options.next = words.shift();
  else if (word === '--regulations') options.regulations = path.resolve(words.shift());
  else if (word === '--english') options.english = path.resolve(words.shift());
  else if (word === '--only') options.only = words.shift();
  else rest.push(word);
}
const site = rest[0] && path.resolve(rest[0]);
if (!site || rest.length > 1 || !fs.existsSync(path.join(site, 'search/index.html'))) {
  console.error(site ? `${rest.join(' ')}: no built site with a search page` : 'usage: node tests/browser/run.mjs SITE_DIR [--next NEWER_SITE_DIR] [--regulations SITE_WITH_REGULATIONS_DIR] [--english ENGLISH_SITE_DIR] [--only NAME]');
  process.exit(2);
}

const suites = { core: './core.mjs', page: './page.mjs', assist: './assist.mjs', faults: './faults.mjs', provisions: './provisions.mjs', versions: './versions.mjs', reading: './reading.mjs', offline: './offline.mjs', comfort: './comfort.mjs', policy: './policy.mjs', addresses: './addresses.mjs', tasks: './tasks.mjs', places: './places.mjs', matter: './matter.mjs', english: './english.mjs' };
for (const [name, file] of Object.entries(suites)) {
  if (!options.only || options.only === name) (await import(file)).default(site, options);
}
