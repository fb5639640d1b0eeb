'use strict';
// What the scripts of a page share. Each file adds one part, made in a scope of
// its own, and uses the parts of files that theme.toml lists before it. Parts
// belong to this theme and may change with it; other scripts may rely only on
// `zhize.search` (docs/search.md).
//
// The files are joined into one classic script, which also has to run from a
// disk, as written, in Chromium 83: types are checked against ES2020.
// it is written, in Chromium 83: types are checked against ES2020.
const zhize = {};
zhize.parts = {};
window.zhize = zhize;
