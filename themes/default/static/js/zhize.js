'use strict';
// What the scripts of a page give each other. Each file adds one part, made in
// a scope of its own, and uses the parts of files that theme.toml lists before
// it. Parts belong to this theme and may change with it; what other scripts may
// rely on is `zhize.search` alone (docs/search.md).
//
// The files are joined into one classic script, which also runs from a disk, as
// it is written, in Chromium 83: types are checked against ES2020.
const zhize = {};
zhize.parts = {};
window.zhize = zhize;
