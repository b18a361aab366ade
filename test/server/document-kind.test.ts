import assert from 'node:assert/strict';
import { documentKind } from '../../server/document-kind.ts';

const manifest = 'name: tools\nsupported_types: [process]\n';
const workers = 'workers:\n  - id: a\n';

/** The name, the editor's language, the text, and what the document is. */
const rows: readonly (readonly [string, string, string, ReturnType<typeof documentKind>])[] = [
  ['workers.yaml', 'yaml', '', 'workers'],
  ['workers.yml', 'yaml', 'a: 1\n', 'workers'],
  ['workers.dev.yaml', 'yaml', '', 'workers'],
  ['anything.txt', 'hsu-workers', '', 'workers'],
  ['workers-dev.yaml', 'yaml', workers, 'workers'],
  ['workers-old.yaml', 'yaml', 'managed_processes: []\n', 'workers'],
  ['workers-deployment.yaml', 'yaml', 'kind: Deployment\nspec:\n  workers: 2\n', 'foreign'],
  ['my-workers.yaml', 'yaml', workers, 'foreign'],
  ['package.yaml', 'yaml', manifest, 'package'],
  ['package.yml', 'yaml', 'name: a\nmodule:\n  module_path: m.js\n', 'package'],
  ['worker-package.yaml', 'yaml', 'name: a\nexecutable:\n  path: run\n', 'package'],
  ['anything.txt', 'hsu-package', manifest, 'package'],
  ['package.yaml', 'yaml', '{name: x, version: 1.0.0, process: {executable_path: run}}\n', 'package'],
  ['package.yaml', 'yaml', '{"name": "x", "module": {"module_path": "m.js"}}', 'package'],
  ['package.yaml', 'yaml', '{name: x, supported_types: [process', 'package'],
  ['package.yaml', 'yaml', 'name: x\nprocess: {executable_path: run}\n', 'package'],
  ['package.yaml', 'yaml', 'name: x\nexecutable: {path: run}\n', 'package'],
  ['package.yaml', 'yaml', '"name": x\n"supported_types": [process]\n', 'package'],
  ['package.yaml', 'yaml', 'name: x\nprocess: &p\n  executable_path: run\n', 'package'],
  ['package.yaml', 'yaml', '--- {name: x, process: {executable_path: run}}\n', 'package'],
  ['package.yaml', 'yaml', '{name: x, version: 1, library: {source-dirs: src}, process: {path: a}}\n', 'foreign'],
  ['package.yaml', 'yaml', 'name: x\nprocess: {argv: [path]}\n', 'foreign'],
  ['package.yaml', 'yaml', '[path, name]\n', 'foreign'],
  ['package.yaml', 'yaml', '', 'foreign'],
  ['package.yaml', 'yaml', 'name: thing\nlibrary:\n  source-dirs: src\n', 'foreign'],
  ['package.yaml', 'yaml', 'url: https://charts.example\npackageVersion: 1\n', 'foreign'],
  ['compose.yaml', 'yaml', manifest, 'foreign'],
];

describe('what a document is', () => {
  for (const [name, language, text, kind] of rows) {
    it(`${name} (${language}) with ${JSON.stringify(text.slice(0, 30))} is ${kind}`, () => {
      assert.equal(documentKind(`file:///work/${encodeURIComponent(name)}`, language, text), kind);
    });
  }
});
