import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findings } from '../../../master/config/finding-codes.ts';
import { findingFormats, type Finding } from '../../../master/cli/finding-formats.ts';

const finding: Finding = {
  file: 'a,b/workers.yaml',
  code: 'HSU101',
  severity: 'error',
  message: '100 % wrong,\nsecond line',
  range: { start: { line: 2, character: 4 }, end: { line: 2, character: 9 } },
  fixes: ['Mend it'],
};

describe('finding-formats', () => {
  it('text: one line a finding, counted from one, then the sum', () => {
    assert.equal(
      findingFormats.text([finding], 2),
      'a,b/workers.yaml:3:5: error: 100 % wrong,\nsecond line [HSU101]\n2 files, 1 finding.\n',
    );
    assert.equal(findingFormats.text([], 1), '1 file, no findings.\n');
  });

  it('text: the line and a caret below what is meant, where the line is at hand', () => {
    const one = { ...finding, message: 'Wrong.' };
    assert.equal(
      findingFormats.text([one], 1, () => ({ text: '\t  typ: process', isMasked: false })),
      'a,b/workers.yaml:3:5: error: Wrong. [HSU101]\n  3 | \t  typ: process\n    | \t   ^^^^^\n1 file, 1 finding.\n',
    );
  });

  it('json: an array of findings and nothing else', () => {
    assert.deepEqual(JSON.parse(findingFormats.json([finding])), [finding]);
  });

  it('github: annotations with everything escaped that its syntax uses', () => {
    assert.equal(
      findingFormats.github([finding]),
      '::error file=a%2Cb/workers.yaml,line=3,endLine=3,col=5,title=HSU101::100 %25 wrong,%0Asecond line\n',
    );
  });

  it('sarif: 2.1.0, one rule for each code', () => {
    const log: unknown = JSON.parse(findingFormats.sarif([finding, finding]));
    assert.deepEqual(log, {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'hsu',
              rules: [
                {
                  id: 'HSU101',
                  shortDescription: { text: 'Unknown key' },
                  helpUri: 'https://hsu-workers.dev/docs/findings/HSU101.md',
                },
              ],
            },
          },
          columnKind: 'utf16CodeUnits',
          results: Array.from({ length: 2 }, () => ({
            ruleId: 'HSU101',
            ruleIndex: 0,
            level: 'error',
            message: { text: finding.message },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'a,b/workers.yaml' },
                  region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 10 },
                },
              },
            ],
          })),
        },
      ],
    });
  });

  // No maintained package ships the schema of SARIF: what it demands of the parts that are written stands here.
  it('sarif: has what its schema demands, for every code and the strangest places', () => {
    const codes = Object.keys(findings);
    const severities = ['error', 'warning', 'information', 'hint'] as const;
    const files = [
      'workers.yaml',
      '../up/workers.yaml',
      'a\\b.yaml',
      'wörk ers#1?.yaml',
      'C:\\x\\workers.yaml',
      'a:b.yaml',
    ];
    const every = codes.map((code, index) => ({
      ...finding,
      code,
      severity: severities[index % 4] ?? 'error',
      file: files[index % files.length] ?? '',
      range: { start: { line: index, character: 0 }, end: { line: index + (index % 2), character: index % 3 } },
    }));
    const { $schema, version, runs } = JSON.parse(findingFormats.sarif(every)) as SarifLog;
    assert.deepEqual([$schema, version], ['https://json.schemastore.org/sarif-2.1.0.json', '2.1.0']);
    const [run] = runs;
    assert.ok(run && runs.length === 1);
    const { rules } = run.tool.driver;
    // Unique items with an id each, and an absolute URI of the page.
    assert.deepEqual(
      rules.map(({ id }) => id),
      codes.toSorted(),
    );
    for (const { id, helpUri, shortDescription } of rules) {
      const page = new URL(helpUri).pathname;
      const text = readFileSync(path.join(ROOT_FOLDER, page), 'utf8');
      assert.equal(text.split('\n')[0], `# ${id}: ${shortDescription.text}`);
    }
    assert.equal(run.columnKind, 'utf16CodeUnits');
    assert.equal(run.results.length, every.length);
    run.results.forEach(({ ruleId, ruleIndex, level, message, locations }, index) => {
      assert.equal(ruleId, every[index]?.code);
      assert.equal(rules[ruleIndex]?.id, ruleId);
      assert.ok(['error', 'warning', 'note', 'none'].includes(level));
      assert.ok(message.text.length > 0);
      const { artifactLocation, region } = locations[0].physicalLocation;
      const { pathname, search, hash } = new URL(artifactLocation.uri, 'file:///work/here/');
      const name = decodeURIComponent(pathname);
      const file = every[index]?.file.replaceAll('\\', '/') ?? '';
      assert.equal(name, path.posix.join('/work/here', file));
      assert.deepEqual([search, hash], ['', '']);
      for (const number of Object.values(region)) assert.ok(Number.isInteger(number) && number >= 1);
      assert.ok(region.startLine <= region.endLine);
    });
  });
});

interface SarifLog {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly rules: readonly {
          readonly id: string;
          readonly helpUri: string;
          readonly shortDescription: { readonly text: string };
        }[];
      };
    };
    readonly columnKind: string;
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly [
        {
          readonly physicalLocation: {
            readonly artifactLocation: { readonly uri: string };
            readonly region: {
              readonly startLine: number;
              readonly startColumn: number;
              readonly endLine: number;
              readonly endColumn: number;
            };
          };
        },
      ];
    }[];
  }[];
}
