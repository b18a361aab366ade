import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver-types';
import type { ModuleDeployment } from '../../../master/config/deployment.ts';
import { fitsType, otherSpellings } from '../../../master/config/keys-for-type.ts';
import { isolationOf } from '../../../master/config/rules/module-limits.ts';
import { manifestSchema, schemaAt, workersFileSchema } from '../../../master/config/schema.ts';
import { keyText, type Node, nodeAt, textOf } from '../../../master/config/syntax/node.ts';
import { readYaml } from '../../../master/config/syntax/read-yaml.ts';
import type { OpenDocument } from '../../../server/document.ts';
import { completion } from '../../../server/features/completion.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { openManifest, openWorkers } from '../../support/open-document.ts';
import { sampleWorkers } from '../../support/random-edits.ts';

const world = memoryWorld({
  '/work/package.yaml': { text: 'name: tools\nversion: 1.2.3\nmodule: {module_path: m.js, entry_point: make}\n' },
  '/work/m.js': { exports: ['make'] },
});

/** The texts of the examples, of what people write, and of what completion has to hold in: other indentations and line ends. */
const corpus: readonly { readonly name: string; readonly text: string }[] = [
  ...exampleFiles(),
  { name: 'sample', text: sampleWorkers[0] ?? '' },
  { name: 'sample in the first column', text: sampleWorkers[1] ?? '' },
  { name: 'sample with CRLF', text: (sampleWorkers[0] ?? '').replaceAll('\n', '\r\n') },
];

function exampleFiles() {
  const folder = path.join(ROOT_FOLDER, 'examples');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?:^|[/\\])(?:workers[^/\\]*|package)\.ya?ml$/.test(file) && !file.includes('node_modules'))
    .map((file) => ({ name: file, text: readFileSync(path.join(folder, file), 'utf8') }));
}

function open(name: string, text: string): OpenDocument {
  return /package\.ya?ml$/.test(name) ? openManifest(text, world) : openWorkers(text, world);
}

/** Where a key of the whole text stands, and what a mind that knows the whole text expects at it. */
interface KeyPlace {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly path: readonly (string | number)[];
  /** Keys of the same mapping that stand before it. */
  readonly before: readonly string[];
}

function keyPlaces(node: Node | undefined, way: readonly (string | number)[] = []): KeyPlace[] {
  if (node?.kind === 'sequence') return node.items.flatMap((item) => keyPlaces(item, [...way, 0]));
  if (node?.kind !== 'map') return [];
  return node.entries.flatMap((entry, index) => {
    const key = keyText(entry);
    const before = node.entries.slice(0, index).map(keyText);
    const below = keyPlaces(entry.value, [...way, key]);
    return entry.merged ? below : [{ key, start: entry.key.start, end: entry.key.end, path: way, before }, ...below];
  });
}

/** The type a worker has as far as it is written before the cut. */
function typeBefore(root: Node | undefined, at: number): string | undefined {
  const list = nodeAt(root, 'workers');
  const worker = list?.kind === 'sequence' ? list.items.find(({ start, end }) => start <= at && at <= end) : undefined;
  const type = nodeAt(worker, 'type');
  return type && type.end < at ? textOf(type) : undefined;
}

/** How the module that is written before the cut will be kept apart. */
function isolationBefore(document: OpenDocument, at: number): ModuleDeployment['isolation'] | undefined {
  if (document.kind !== 'workers') return undefined;
  const item = document.workers.openItem(document.workers.indexAt(at))?.item;
  return item && isolationOf(item);
}

/** Faults that a completion must not bring in: what is no YAML, a key written twice, a key that nobody knows. */
function faults(document: OpenDocument): Map<string, number> {
  const problems =
    document.kind === 'workers'
      ? document.workers.problems
      : document.kind === 'package'
        ? document.reading.problems
        : [];
  const counts = new Map<string, number>();
  for (const { code } of problems) {
    if (/^HSU(?:001|004|101)$/.test(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

function accepted(document: OpenDocument, item: CompletionItem): string {
  assert.ok(item.textEdit && 'range' in item.textEdit);
  const newText =
    item.insertTextFormat === 2
      ? item.textEdit.newText.replaceAll(/\$\{\d+:([^}]*)\}|\$\d/g, '$1')
      : item.textEdit.newText;
  const text = TextDocument.create('x:', '', 0, document.places.getText());
  return TextDocument.applyEdits(text, [{ ...item.textEdit, newText }]);
}

describe('completion in a text that ends anywhere', () => {
  for (const { name, text } of corpus) {
    const root = readYaml(text).root;
    const places = keyPlaces(root);
    const schema = /package\.ya?ml$/.test(name) ? manifestSchema : workersFileSchema;

    it(`offers what is missing, contains what comes next, and breaks nothing: ${name}`, function () {
      this.timeout(300_000);
      assert.ok(places.length > 3);
      let keysChecked = 0;
      for (let cut = 0; cut <= text.length; cut++) {
        // No editor has a cursor within a line's end.
        if (text.charAt(cut - 1) === '\r') continue;
        const document = open(name, text.slice(0, cut));
        if (document.kind === 'foreign') continue;
        const where = `${name}, cut at ${cut}: ${JSON.stringify(text.slice(Math.max(0, cut - 40), cut))}`;
        const items = completion(document, cut, { snippets: cut % 2 === 0 });
        const keys = items.filter(({ kind }) => kind === CompletionItemKind.Property).map(({ label }) => label);
        const place = places.find(({ start, end }) => start <= cut && cut <= end);
        if (place && text.charAt(place.start) !== '"') {
          const known = schemaAt(schema, place.path)?.properties?.[place.key];
          const isWorkerKey = place.path.length === 2 && place.path[0] === 'workers';
          const type = isWorkerKey ? typeBefore(root, cut) : undefined;
          const isolation = isWorkerKey && type === 'module' ? isolationBefore(document, cut) : undefined;
          const older = place.path.length <= 2 && otherSpellings.has(place.key);
          const offered =
            known && !known.deprecated && !older && (!isWorkerKey || fitsType(place.key, type, isolation));
          if (offered) assert.ok(keys.includes(place.key), `${where}: "${place.key}" is missing in ${keys.join()}`);
          if (offered) keysChecked++;
          assert.deepEqual(
            keys.filter((key) => place.before.includes(key)),
            [],
            `${where}: offers what is there`,
          );
          if (isWorkerKey) {
            assert.deepEqual(
              keys.filter((key) => !fitsType(key, type, isolation)),
              [],
              `${where}: offers what ${type ?? ''} forbids`,
            );
          }
        }
        const before = faults(document);
        for (const item of items) {
          const after = faults(open(name, accepted(document, item)));
          for (const [code, count] of after) {
            assert.ok(
              count <= (before.get(code) ?? 0),
              `${where}: accepting "${item.label}" brings ${code} into ${JSON.stringify(accepted(document, item).slice(-80))}`,
            );
          }
        }
      }
      assert.ok(keysChecked > 10, `${keysChecked}`);
    });
  }
});
