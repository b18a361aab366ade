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
