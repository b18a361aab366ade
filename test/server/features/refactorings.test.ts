import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver-types';
import { applyEdits } from '../../../master/config/apply-edits.ts';
import { codeActions } from '../../../server/features/code-actions.ts';
import { documentOf, resolveRefactoring } from '../../../server/features/refactorings.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { cursorIn, openWorkers, workersUri } from '../../support/open-document.ts';

const world = memoryWorld({ '/work/bin/tools': { executable: true } });

/** The kind that is asked for, the text with the cursor, and what the first such action makes of it. */
const cases: readonly (readonly [string, string, string, string])[] = [
  [
    'extracts a block to an anchor, wherever workers have the same',
    'refactor.extract',
    'master: {port: 50055}\nworkers:\n  - id: a\n    type: process\n    health_ch|eck:\n      # often\n      interval: 10s\n      timeout: 2s\n    port: 1\n  - id: b\n    type: process\n    health_check: {interval: 10s, timeout: 2s}\n  - id: c\n    type: process\n    health_check: {interval: 20s}\n',
    'master: {port: 50055}\nx-health_check: &health_check\n  # often\n  interval: 10s\n  timeout: 2s\n\nworkers:\n  - id: a\n    type: process\n    health_check: *health_check\n    port: 1\n  - id: b\n    type: process\n    health_check: *health_check\n  - id: c\n    type: process\n    health_check: {interval: 20s}\n',
  ],
  [
    'sorts workers with the comments before them',
    'source.sortWorkers',
    'workers:\n  - id: c\n    type: process\n\n  # about a\n  - id: a\n    type: process # a process\n  - id: |b\n    type: module\n# the end\n',
    'workers:\n  # about a\n  - id: a\n    type: process # a process\n\n  - id: b\n    type: module\n  - id: c\n    type: process\n# the end\n',
  ],
  [
    'sorts the keys of a worker',
    'refactor.rewrite',
    'workers:\n  - type: process\n    # eighty\n    port: 80\n    env|ironment:\n      A: 1\n    id: a\n',
    'workers:\n  - id: a\n    type: process\n    environment:\n      A: 1\n    # eighty\n    port: 80\n',
  ],
  [
    'writes the whole file in the current spelling',
    'source.renew',
    'managed_processes:\n  - id: |a\n    process_type: process\n    execution: {executable_path: bin/tools}\n',
    'workers:\n  - id: a\n    type: process\n    execution: {executable_path: bin/tools}\n',
  ],
];

/** What is extracted of a worker, where others have the same. */
const shared = (anchored: string) =>
  `workers:\n  - id: a\n    type: process\n    re|start:\n      policy: always\n      max_retries: ${anchored}\n`;

describe('refactorings', () => {
  it('extract no block that refers to an anchor, and leave one in its place that others refer to', () => {
    const first = '  - id: z\n    type: process\n    replicas: &n 3\n';
    const alias = cursorIn(shared('*n').replace('workers:\n', `workers:\n${first}`));
    assert.deepEqual(actions(alias.text, alias.offset, 'refactor.extract'), []);
    const anchor = cursorIn(shared('&n 3'));
    assert.deepEqual(actions(anchor.text, anchor.offset, 'refactor.extract'), []);
    const behind = shared('&n 3').replace('|', '').replace('workers:\n', '').replace('id: a', 'id: b');
    const { text, offset } = cursorIn(`${shared('3')}${behind}  - id: c\n    type: process\n    replicas: *n\n`);
    const after = made(text, offset, 'refactor.extract');
    assert.ok(after.includes('  - id: a\n    type: process\n    restart: *restart\n'), after);
    assert.ok(after.endsWith(`${behind}  - id: c\n    type: process\n    replicas: *n\n`), after);
  });

  for (const [name, kind, marked, after] of cases) {
    it(name, () => {
      const { text, offset } = cursorIn(marked);
      assert.equal(made(text, offset, kind), after);
      assert.equal(
        made(text.replaceAll('\n', '\r\n'), text.slice(0, offset).replaceAll('\n', '\r\n').length, kind),
        after.replaceAll('\n', '\r\n'),
      );
    });
  }

  const older =
    'workers:\n  # one\n  - id: a\n    type: man|aged\n    unit:\n      managed:\n        metadata: {name: a}\n        control:\n          execution: {executable_path: bin/tools}\n  - id: b\n    type: managed\n    unit:\n      managed:\n        control:\n          execution: {executable_path: bin/tools} # two\n';
  const newer = (id: string) =>
    `  - id: ${id}\n    type: process\n    execution: {executable_path: bin/tools, working_directory: bin}`;

  it('turns a worker of the older form into the unified one, or all of the file', () => {
    const { text, offset } = cursorIn(older);
    const second = text.slice(text.indexOf('  - id: b'));
    assert.equal(titled(text, offset, 'Write a in the unified form'), `workers:\n  # one\n${newer('a')}\n${second}`);
    assert.equal(
      titled(text, offset, 'Write the whole file in the unified form'),
      `workers:\n  # one\n${newer('a')}\n${newer('b')} # two\n`,
    );
  });

  it('offers no other form to a worker that has it', () => {
    const titles = actions('workers:\n  - id: a\n    type: process\n', 15, 'refactor.rewrite').map(
      ({ title }) => title,
    );
    assert.deepEqual(titles, ['Sort the keys of a']);
  });

  it('offers no extraction of what is no block, or what a comment stands behind', () => {
    for (const marked of [
      'workers:\n  - id: a\n    po|rt: 80\n',
      'workers:\n  - id: a\n    environ|ment: # mine\n      A: 1\n',
    ]) {
      const { text, offset } = cursorIn(marked);
      assert.deepEqual(actions(text, offset, 'refactor.extract'), []);
    }
  });

  it('leaves workers in their order where one refers to an anchor of another', () => {
    const text = 'workers:\n  - &base\n    id: z\n    type: process\n  - <<: *base\n    id: a\n';
    assert.equal(made(text, 15, 'source.sortWorkers'), text);
  });

  it('leaves sorted what is sorted', () => {
    const text = 'workers:\n  - id: a\n    type: process\n  - id: b\n    type: process\n';
    assert.equal(made(text, 15, 'source.sortWorkers'), text);
  });
});

function actions(text: string, offset: number, kind: string) {
  const document = openWorkers(text, world);
  const position = document.places.positionAt(offset);
  return codeActions(document, { start: position, end: position }, [kind]).filter(({ data }) => data !== undefined);
}

function made(text: string, offset: number, kind: string): string {
  return resolved(text, actions(text, offset, kind)[0]);
}

function titled(text: string, offset: number, title: string): string {
  return resolved(
    text,
    actions(text, offset, 'refactor').find((one) => one.title === title),
  );
}

function resolved(text: string, action: CodeAction | undefined): string {
  const document = openWorkers(text, world);
  assert.ok(action);
  assert.equal(documentOf(action), workersUri);
  const edits = resolveRefactoring(document, action).edit?.changes?.[workersUri] ?? [];
  return applyEdits(
    text,
    edits.map(({ range, newText }) => ({
      start: document.places.offsetAt(range.start),
      end: document.places.offsetAt(range.end),
      newText,
    })),
  );
}
