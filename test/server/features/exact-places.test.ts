import assert from 'node:assert/strict';
import { DocumentHighlightKind, type Range } from 'vscode-languageserver-types';
import { inlayHints } from '../../../server/features/inlay-hints.ts';
import { documentLinks } from '../../../server/features/links.ts';
import { definition, highlights, prepareRename, references } from '../../../server/features/navigation.ts';
import { semanticTokens, tokenModifiers, tokenTypes } from '../../../server/features/semantic-tokens.ts';
import { foldingRanges, selectionRanges } from '../../../server/features/structure.ts';
import { documentSymbols, workspaceSymbols } from '../../../server/features/symbols.ts';
import { finish } from '../../../server/features/work.ts';
import type { OpenDocument } from '../../../server/document.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { openManifest, openWorkers } from '../../support/open-document.ts';

/** Characters of two units, tabs behind colons and commas, quotes of both kinds, comments, brackets. */
const lines = [
  '# 😀 the head',
  'workers:',
  `  - {group: "😀", id: 'api',\ttype: process, package: "tools:^1.0.0"} # 😀`,
  '  - id:\tdb',
  '    type:\tprocess',
  '    group: 😀😀',
  `    package:\t'tools'`,
  '    start_timeout:\t10s # 😀',
  `    depends_on: ["😀", api,\t'api']`,
  '    execution: {args: ["😀"], executable_path:\t"./bin/run", environment: {A: "😀 ${env:HOME}"}}',
  '    # about',
  '    # what follows: 😀',
  '    health_check:',
  '      endpoint: "http://127.0.0.1:80/😀"',
  '',
];
const manifestLines = [
  '# 😀',
  'description: "😀"',
  `name:\t'tools'`,
  'version: 1.2.3',
  'process:',
  '  executable_path:\tbin/run',
  '',
];
const files = { '/work/bin/run': { executable: true } };

for (const [what, end] of [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
] as const) {
  describe(`exact places, with tabs and characters of two units, ${what}`, () => {
    const text = lines.join(end);
    const manifestText = manifestLines.join(end);
    const world = memoryWorld({ ...files, '/work/package.yaml': { text: manifestText } });
    const document = openWorkers(text, world);
    const manifest = openManifest(manifestText, world);
    const shown = (range: Range, of: OpenDocument = document) => {
      const { start, end: last } = range;
      const place = `${start.line}:${start.character}-${last.line}:${last.character}`;
      return `${place} ${of.places.getText(range).replaceAll('\r\n', '\n')}`;
    };
    const offsetOf = (line: number, word: string) =>
      document.places.offsetAt({ line, character: (lines[line] ?? '').indexOf(word) + 1 });
    const everything = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };

    it('semantic tokens', () => {
      const { data } = finish(semanticTokens(document));
      const found: string[] = [];
      let [line, character] = [0, 0];
      for (let at = 0; at < data.length; at += 5) {
        const [down = 0, right = 0, length = 0, type = 0, modifiers = 0] = data.slice(at, at + 5);
        character = down === 0 ? character + right : right;
        line += down;
        const range = { start: { line, character }, end: { line, character: character + length } };
        const marks = tokenModifiers.filter((_, bit) => (modifiers & (1 << bit)) !== 0);
        found.push([shown(range), tokenTypes[type], ...marks].join(' '));
      }
      assert.deepEqual(found, [
        '2:23-2:26 api class declaration',
        '2:35-2:42 process enumMember',
        '2:54-2:59 tools namespace',
        '2:60-2:66 ^1.0.0 number',
        '3:8-3:10 db class declaration',
        '4:10-4:17 process enumMember',
        '6:14-6:19 tools namespace',
        '7:19-7:22 10s number',
        '8:18-8:20 😀 class',
        '8:23-8:26 api class',
        '8:29-8:32 api class',
        '9:81-9:92 ${env:HOME} variable',
      ]);
    });

    it('symbols', () => {
      const told = finish(documentSymbols(document)).map(
        ({ name, range, selectionRange }) =>
          `${name} ${range.start.line}:${range.start.character}-${range.end.line}:${range.end.character}, ${shown(selectionRange)}`,
      );
      assert.deepEqual(told, ["api 2:2-2:73, 2:22-2:27 'api'", 'db 3:2-13:40, 3:8-3:10 db']);
      const keys = finish(documentSymbols(manifest)).map(
        ({ name, range, selectionRange }) => `${name} | ${shown(range, manifest)} | ${shown(selectionRange, manifest)}`,
      );
      assert.deepEqual(keys, [
        'description | 1:0-1:17 description: "😀" | 1:0-1:11 description',
        "name | 2:0-2:13 name:\t'tools' | 2:0-2:4 name",
        'version | 3:0-3:14 version: 1.2.3 | 3:0-3:7 version',
        'process | 4:0-5:26 process:\n  executable_path:\tbin/run | 4:0-4:7 process',
      ]);
      const of = (query: string) =>
        finish(workspaceSymbols([document, manifest], query)).map(({ name, location }) => {
          const owner = location.uri === manifest.uri ? manifest : document;
          return `${name}: ${'range' in location ? shown(location.range, owner) : ''}`;
        });
      assert.deepEqual(of('D'), ['db: 3:8-3:10 db']);
      assert.deepEqual(of('tl'), ['tools: 2:7-2:12 tools']);
      assert.deepEqual(of(''), ["api: 2:22-2:27 'api'", 'db: 3:8-3:10 db', 'tools: 2:7-2:12 tools']);
    });

    it('folding', () => {
      assert.deepEqual(
        finish(foldingRanges(document)).map(({ startLine, endLine, kind }) => [startLine, endLine, kind ?? 'region']),
        [
          [1, 13, 'region'],
          [3, 13, 'region'],
          [10, 11, 'comment'],
          [12, 13, 'region'],
        ],
      );
    });

    it('selection ranges', () => {
      const at = [offsetOf(8, `'api'`), offsetOf(2, 'tools'), offsetOf(9, 'environment'), 0];
      const all = selectionRanges(
        document,
        at.map((offset) => document.places.positionAt(offset)),
      );
      assert.deepEqual(
        all.map((selection) => {
          const told: string[] = [];
          for (let one: typeof selection | undefined = selection; one; one = one.parent) {
            const { start, end: last } = one.range;
            told.push(
              start.line === last.line
                ? shown(one.range)
                : `${start.line}:${start.character}-${last.line}:${last.character}`,
            );
          }
          return told;
        }),
        [
          [
            "8:28-8:33 'api'",
            `8:16-8:34 ["😀", api,\t'api']`,
            `8:4-8:34 depends_on: ["😀", api,\t'api']`,
            '3:4-13:40',
            '0:0-14:0',
          ],
          [
            '2:53-2:67 "tools:^1.0.0"',
            '2:44-2:67 package: "tools:^1.0.0"',
            `2:4-2:68 {group: "😀", id: 'api',\ttype: process, package: "tools:^1.0.0"}`,
            '0:0-14:0',
          ],
          [
            '9:60-9:71 environment',
            '9:60-9:94 environment: {A: "😀 ${env:HOME}"}',
            '9:15-9:95 {args: ["😀"], executable_path:\t"./bin/run", environment: {A: "😀 ${env:HOME}"}}',
            '9:4-9:95 execution: {args: ["😀"], executable_path:\t"./bin/run", environment: {A: "😀 ${env:HOME}"}}',
            '3:4-13:40',
            '0:0-14:0',
          ],
          ['0:0-0:0 ', '0:0-14:0'],
        ],
      );
    });

    it('links', () => {
      const told = (of: OpenDocument) =>
        finish(documentLinks(of, (file) => `file://${file}`)).map(
          ({ range, target }) => `${shown(range, of)} → ${target}`,
        );
      assert.deepEqual(told(document), [
        '9:47-9:58 "./bin/run" → file:///work/bin/run',
        '13:16-13:40 "http://127.0.0.1:80/😀" → http://127.0.0.1:80/😀',
      ]);
      assert.deepEqual(told(manifest), ['5:19-5:26 bin/run → file:///work/bin/run']);
    });

    it('inlay hints', () => {
      assert.deepEqual(
        finish(inlayHints(document, everything)).map(
          ({ position, label }) => `${position.line}:${position.character} ${typeof label === 'string' ? label : ''}`,
        ),
        ['2:67 1.2.3', '6:20 1.2.3', '12:17 interval 30s, timeout 5s, failure_threshold 2'],
      );
    });

    it('definitions, references, highlights and what a rename would change', () => {
      const every = ['2:23-2:26 api', '8:23-8:26 api', '8:29-8:32 api'];
      const [write, ...reads] = every;
      for (const [line, word] of [
        [2, 'api'],
        [8, 'api'],
        [8, `'api'`],
      ] as const) {
        const at = offsetOf(line, word);
        assert.deepEqual(
          definition(document, at, []).map(({ range }) => shown(range)),
          [write],
        );
        assert.deepEqual(
          references(document, at, [], true).map(({ range }) => shown(range)),
          every,
        );
        assert.deepEqual(
          references(document, at, [], false).map(({ range }) => shown(range)),
          reads,
        );
        const kinds = highlights(document, at).map(({ range, kind }) => ({ kind, at: shown(range) }));
        assert.deepEqual(kinds, [
          { kind: DocumentHighlightKind.Write, at: write },
          ...reads.map((one) => ({ kind: DocumentHighlightKind.Read, at: one })),
        ]);
      }
      const renamed = prepareRename(document, offsetOf(8, `'api'`));
      assert.equal(renamed && shown(renamed.range), '8:29-8:32 api');
      const users = ['2:54-2:59 tools', '6:14-6:19 tools'];
      for (const at of [offsetOf(2, 'tools'), offsetOf(6, 'tools')]) {
        assert.deepEqual(
          definition(document, at, [manifest]).map(({ range, uri }) => `${uri} ${shown(range, manifest)}`),
          ['file:///work/package.yaml 2:7-2:12 tools'],
        );
        assert.deepEqual(
          references(document, at, [manifest], false).map(({ range }) => shown(range)),
          users,
        );
        assert.deepEqual(
          highlights(document, at).map(({ range }) => shown(range)),
          users,
        );
      }
    });
  });
}
