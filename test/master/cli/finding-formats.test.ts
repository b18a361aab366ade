import assert from 'node:assert/strict';
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
          tool: { driver: { name: 'hsu', rules: [{ id: 'HSU101' }] } },
          columnKind: 'utf16CodeUnits',
          results: Array.from({ length: 2 }, () => ({
            ruleId: 'HSU101',
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
});
