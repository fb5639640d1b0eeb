// How the theme's scripts are laid out: one file, one scope, one part, in short functions.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { parse } from 'acorn';
import { SCRIPTS, nodesOf, scriptPath } from './scripts.mjs';
import { filesOf } from '../lib/site.mjs';

const LONGEST_FUNCTION = 60;
/** Names that scripts may add to `window`; the second is the function that index files call when read from a disk. */
const GLOBALS = ['zhize', 'zhizeShard'];

const read = name => fs.readFileSync(scriptPath(name + '.js'), 'utf8');
const treeOf = text => parse(text, { ecmaVersion: 2020, locations: true });
const source = (text, { start, end }) => text.slice(start, end);
const isFunction = node => /Function/.test(node.type);

/** The scope of a file: the function that is called at once to make its part. */
const scopeOf = statement => statement.expression?.right?.callee;

test('every script is in the theme\'s list, once', () => {
  const files = filesOf(scriptPath('.')).map(name => name.replace(/\.js$/, ''));
  assert.deepEqual(SCRIPTS.slice().sort(), files.sort());
});

for (const name of SCRIPTS.filter(name => name !== 'zhize')) {
  const text = read(name);
  const [strict, ...statements] = treeOf(text).body;
  test(`${name} is one scope that makes one part`, () => {
    assert.equal(strict.directive, 'use strict');
    const made = statements.map(({ expression }) => source(text, expression.left));
    const camel = name.replace(/.*\//, '').replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    assert.deepEqual(made, name === 'search/client' ? ['zhize.parts.client', 'zhize.search'] : [`zhize.parts.${camel}`]);
    assert.ok(isFunction(scopeOf(statements[0])), 'the part is made by a function of its own');
  });
  test(`${name} has no function of more than ${LONGEST_FUNCTION} lines`, () => {
    const own = Array.from(nodesOf(statements[0])).filter(node => isFunction(node) && node !== scopeOf(statements[0]));
    const long = own.map(({ loc }) => [loc.start.line, loc.end.line - loc.start.line + 1]).filter(([, lines]) => lines > LONGEST_FUNCTION);
    assert.deepEqual(long, []);
  });
}

for (const name of SCRIPTS) {
  test(`${name} leaks no global`, () => {
    const text = read(name);
    const assigned = Array.from(nodesOf(treeOf(text))).filter(({ type }) => type === 'AssignmentExpression')
      .map(({ left }) => /^(?:window|self|globalThis)\b(.*)/.exec(source(text, left))?.[1])
      .filter(member => member !== undefined && !GLOBALS.includes(member.slice(1)) && !/^\.location\b/.test(member));
    assert.deepEqual(assigned, []);
  });
}

test('a part is used only by files after the one that makes it', () => {
  const made = new Set();
  const early = [];
  for (const name of SCRIPTS.filter(name => name !== 'zhize')) {
    const text = read(name);
    for (const node of nodesOf(treeOf(text))) {
      // `const { make } = zhize.parts.dom`, and `const { client } = zhize.parts`.
      if (node.type !== 'VariableDeclarator' || !node.init) continue;
      const init = source(text, node.init);
      const used = init === 'zhize.parts' ? node.id.properties.map(({ key }) => key.name) : [/^zhize\.parts\.(\w+)$/.exec(init)?.[1]].filter(Boolean);
      early.push(...used.filter(part => !made.has(part)).map(part => `${name}: ${part}`));
    }
    made.add(name.replace(/.*\//, '').replace(/-(.)/g, (_, letter) => letter.toUpperCase()));
  }
  assert.deepEqual(early, []);
});
