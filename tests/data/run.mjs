// Checks exported data with other people's tools: JSON against its JSON Schema
// (Ajv), JSON-LD against schema.org's vocabulary (schema-dts and the TypeScript
// compiler).
//
//     node tests/data/run.mjs SITE…
//
// A site built with a public address has more in its JSON-LD.

import fs from "node:fs";
import path from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import ts from "typescript";

const root = path.resolve(import.meta.dirname, "../..");
let faults = 0;

/** Prints mistakes; a few of each kind are enough. */
function fault(message) {
  faults += 1;
  if (faults <= 20) console.error(message);
}

/** All files below a folder, in order. */
function files(folder) {
  return fs
    .readdirSync(folder, { recursive: true })
    .map(String)
    .sort()
    .filter((name) => fs.statSync(path.join(folder, name)).isFile());
}

/** Checks the JSON of a site against the schemas in it. */
function checkJson(site) {
  const read = (name) => JSON.parse(fs.readFileSync(path.join(site, name), "utf8"));
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
  const page = ajv.compile(read("data/schema/document.schema.json"));
  const library = ajv.compile(read("data/schema/library.schema.json"));
  const ask = (validate, value, where) => {
    if (!validate(value)) fault(`${where}: ${ajv.errorsText(validate.errors)}`);
  };
  const names = files(site).filter((name) => path.basename(name) === "index.json");
  for (const name of names) ask(page, read(name), `${site}/${name}`);
  ask(library, read("data/library.json"), `${site}/data/library.json`);
  const lines = fs.readFileSync(path.join(site, "data/library.jsonl"), "utf8").trimEnd().split("\n");
  lines.forEach((line, at) => ask(page, JSON.parse(line), `${site}/data/library.jsonl:${at + 1}`));
  if (lines.length !== names.length) fault(`${site}: ${lines.length} lines, ${names.length} files`);
  return lines.length;
}

/** Checks the JSON-LD of a site's pages against schema.org's vocabulary. */
function checkJsonLd(sites) {
  const pages = [];
  let source = 'import type { Graph } from "schema-dts";\n';
  for (const site of sites) {
    for (const name of files(site).filter((file) => file.endsWith(".html"))) {
      const html = fs.readFileSync(path.join(site, name), "utf8");
      const block = html.match(/<script type="application\/ld\+json">(.*?)<\/script>/s);
      if (!block) continue;
      // One line for each page, so that a line number says which page is wrong.
      source += `export const page${pages.length}: Graph = ${JSON.stringify(JSON.parse(block[1]))};\n`;
      pages.push(`${site}/${name}`);
    }
  }
  const file = path.join(root, "tests/data/json-ld-of-the-site.ts");
  const options = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2020, true)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  for (const wrong of ts.getPreEmitDiagnostics(program)) {
    const line = wrong.file?.getLineAndCharacterOfPosition(wrong.start ?? 0).line ?? 0;
    const message = ts.flattenDiagnosticMessageText(wrong.messageText, "\n").slice(0, 400);
    fault(`${pages[line - 1] ?? wrong.file?.fileName}: ${message}`);
  }
  return pages.length;
}

const sites = process.argv.slice(2);
if (sites.length === 0) throw new Error("name the folders of built sites");
const documents = sites.reduce((sum, site) => sum + checkJson(site), 0);
const graphs = checkJsonLd(sites);
console.log(`${documents} pages as JSON, ${graphs} pages with JSON-LD, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
