import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { LanguageClient } from '../support/language-client.ts';

const run = '    execution: { executable_path: /bin/sh }\n';
const process = (id: string, more = '') => `  - id: ${id}\n    type: process\n${run}${more}`;
const module = (type: string, isolation: string, more: string) =>
  `  - id: a\n    type: ${type}\n    module: { module_path: m.mjs${isolation} }\n${more}`;

/**
 * What is found, its code, the file with the finding between « » and each related place between ‹ ›, and what is said
 * of those places in the order of the text.
 */
const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'the first worker with an id',
    'HSU201',
    `workers:\n${process('‹a›')}${process('b')}${process('«a»')}`,
    ['The first worker "a".'],
  ],
  [
    'the first worker with an id, after the master and before other keys',
    'HSU201',
    `master: { port: 50055 }\nworkers:\n${process('x', '    group: "é🙂"\n')}${process('‹a›')}${process('«a»')}log_collection: { enabled: true }\n`,
    ['The first worker "a".'],
  ],
  [
    'the worker whose replica takes the id',
    'HSU201',
    `workers:\n${process('‹a›', '    replicas: 2\n')}${process('«a-2»')}`,
    ['The first worker "a".'],
  ],
  [
    'the worker that has the port',
    'HSU506',
    `workers:\n${process('a', '    port: ‹8080›\n')}${process('b', '    port: «8080»\n')}`,
    ['"a" listens on it.'],
  ],
  [
    "the master's port",
    'HSU506',
    `master: { port: ‹50055› }\nworkers:\n${process('a', '    port: «50055»\n')}`,
    ['An older master listens on it.'],
  ],
  [
    "the master's port behind the workers",
    'HSU506',
    `workers:\n${process('a', '    port: «50055»\n')}master: { port: ‹50055› }\n`,
    ['An older master listens on it.'],
  ],
  [
    'the others of a circle',
    'HSU204',
    `workers:\n${process('a', '    depends_on: [«b»]\n')}${process('b', '    depends_on:\n      - ‹c›\n')}${process('c', '    depends_on: ["x", ‹"a"›]\n')}${process('x')}`,
    ['"b" waits for "c".', '"c" waits for "a".'],
  ],
  ['nothing of a circle of one', 'HSU204', `workers:\n${process('a', '    depends_on: [«a»]\n')}`, []],
  [
    'the other spelling',
    'HSU106',
    `workers:\n${process('a', '    ‹limits›: { memory: { max_rss: 1MB } }\n    «resources»: { memory: { max_rss: 2MB } }\n')}`,
    ['The other spelling.'],
  ],
  [
    'the other spelling at the other side of the workers',
    'HSU106',
    `‹master›: { port: 50055 }\nworkers:\n${process('a')}«process_manager»: { port: 50056 }\n`,
    ['The other spelling.'],
  ],
  [
    'the same key of one worker',
    'HSU004',
    `workers:\n${process('a', '    ‹port›: 1\n    «port»: 2\n')}`,
    ['It stands here already.'],
  ],
  [
    'the same key of the file, at the other side of the workers',
    'HSU004',
    `‹master›: { port: 50055 }\nworkers:\n${process('a')}«master»: { port: 50056 }\n`,
    ['It stands here already.'],
  ],
  [
    'the interval',
    'HSU503',
    `workers:\n${process('a', '    health_check:\n      interval: ‹5s›\n      timeout: «10s»\n')}`,
    ['The interval.'],
  ],
  [
    'the type that rules limits out',
    'HSU107',
    `workers:\n${module('‹module›', '', '    limits:\n      «process»: { max_file_descriptors: 9 }\n')}`,
    ['This makes it a module.'],
  ],
  [
    'the isolation that rules limits out',
    'HSU406',
    `workers:\n${module('module', ', isolation: ‹shared›', '    «limits»: { memory: { max_rss: 1MB } }\n')}`,
    ['This makes it a module that runs so: shared.'],
  ],
];

describe('related information', () => {
  let folder: string;
  let client: LanguageClient;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'hsu-related-'));
    writeFileSync(path.join(folder, 'm.mjs'), 'export const create = () => ({});\n');
    client = new LanguageClient();
    await client.initialize({ textDocument: { diagnostic: {} } });
  });
  afterEach(() => {
    client.dispose();
    rmSync(folder, { recursive: true });
  });

  for (const [name, code, marked, messages] of cases) {
    it(`names ${name}`, async () => {
      const uri = pathToFileURL(path.join(folder, 'workers.yaml')).href;
      await client.open(uri, '');
      for (const [index, newline] of ['\n', '\r\n'].entries()) {
        const { text, finding, related } = placesIn(marked.replaceAll('\n', newline));
        const places = TextDocument.create(uri, 'yaml', 1, text);
        const rangeOf = ([start, end]: readonly [number, number]) => ({
          start: places.positionAt(start),
          end: places.positionAt(end),
        });
        await client.change(uri, index + 2, [{ text }]);
        const report = await client.pull(uri);
        assert.ok(report.kind === 'full');
        const found = report.items.filter((one) => one.code === code);
        assert.deepEqual(
          found.map(({ range }) => range),
          [rangeOf(finding)],
          JSON.stringify(report.items.map((one) => [one.code, one.message])),
        );
        assert.deepEqual(
          found.flatMap(({ relatedInformation = [] }) => relatedInformation),
          related.map((place, index) => ({ location: { uri, range: rangeOf(place) }, message: messages[index] })),
        );
      }
    });
  }

  it('moves with the text above it', async () => {
    const uri = pathToFileURL(path.join(folder, 'workers.yaml')).href;
    await client.open(uri, `workers:\n${process('a', '    port: 50055\n')}master: { port: 50055 }\n`);
    const lines = async () => {
      const report = await client.pull(uri);
      assert.ok(report.kind === 'full');
      return report.items.map(({ range, relatedInformation = [] }) => [
        range.start.line,
        ...relatedInformation.map(({ location }) => location.range.start.line),
      ]);
    };
    assert.deepEqual(await lines(), [[4, 5]]);
    const start = { line: 1, character: 0 };
    await client.change(uri, 2, [{ range: { start, end: start }, text: process('b') }]);
    assert.deepEqual(await lines(), [[7, 8]]);
  });
});

/** A text without its marks, and the offsets of what stood between them. */
function placesIn(marked: string) {
  let text = '';
  let finding: readonly [number, number] = [0, 0];
  const related: (readonly [number, number])[] = [];
  let start = 0;
  for (const part of marked.split(/([«»‹›])/)) {
    if (part === '«' || part === '‹') start = text.length;
    else if (part === '»') finding = [start, text.length];
    else if (part === '›') related.push([start, text.length]);
    else text += part;
  }
  return { text, finding, related };
}
