// What the oldest promised browsers cannot read must not reach them.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import { scriptPath } from './scripts.mjs';

const folder = scriptPath('.');
const scripts = fs.readdirSync(folder).filter(name => name.endsWith('.js'));

for (const name of scripts) {
  const text = fs.readFileSync(path.join(folder, name), 'utf8');
  test(`${name} is a classic script of ES2020`, () => {
    assert.doesNotThrow(() => parse(text, { ecmaVersion: 2020, sourceType: 'script' }));
  });
  test(`${name} writes no markup and runs no text`, () => {
    const sink = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(|createContextualFragment|DOMParser|setAttribute\('(?:style|on)|\.style\b)/;
    assert.doesNotMatch(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''), sink);
  });
}
