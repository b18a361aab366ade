import assert from 'node:assert/strict';
import { completion } from '../../server/features/completion.ts';
import { diagnostics } from '../../server/features/diagnostics.ts';
import { codeActions } from '../../server/features/code-actions.ts';
import { memoryWorld } from '../support/memory-world.ts';
import { cursorIn, openWorkers } from '../support/open-document.ts';

const world = memoryWorld({
  '/work/run.sh': { executable: true },
  '/work/package.yaml': {
    text: 'name: tools\nversion: "1.10.0"\nsupported_types: [process]\nprocess: {executable_path: run.sh}\n',
  },
});

function labels(marked: string): string[] {
  const { text, offset } = cursorIn(marked);
  return completion(openWorkers(text, world), offset, { snippets: false }).map(({ label }) => label);
}

/** Findings as "code at text: message". */
function findings(text: string): string[] {
  const document = openWorkers(text, world);
  return document.workers.problems.map(
    ({ code, start, end, message }) => `${code} at ${text.slice(start, end)}: ${message}`,
  );
}

function fixes(text: string): string[] {
  const document = openWorkers(text, world);
  return diagnostics(document).flatMap(({ range }) =>
    codeActions(document, range, ['quickfix']).map(({ title }) => title),
  );
}

/** What users of a general YAML server with a schema of this format run into. */
describe('where a general YAML server goes wrong', () => {
  it('no module is offered inside a process worker, and no key that is there', () => {
    const found = labels('workers:\n  - id: a\n    type: process\n    enabled: true\n    |\n');
    assert.ok(found.includes('execution') && !['id', 'type', 'enabled', 'module'].some((key) => found.includes(key)));
  });

  it('keys are completed below a list that is not indented', () => {
    assert.ok(labels('workers:\n- id: a\n  depends_on:\n  - b\n  |\n').includes('type'));
  });

  it('values are completed right behind the colon', () => {
    assert.deepEqual(labels('workers:\n  - id: a\n    type:|\n'), ['process', 'module']);
  });

  it('keys are completed in a file that tabs indent', () => {
    assert.ok(labels('workers:\n\t- id: a\n\t  |\n').includes('type'));
  });

  it('a fault in one key is marked at that key alone', () => {
    const found = findings(
      'workers:\n  - id: a\n    type: process\n    package: tools\n    execution:\n      args: no\n',
    );
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', /^HSU103 at no: /);
  });

  it('a missing key is marked at the name of the worker, with a fix', () => {
    const text = 'workers:\n  - id: worker-one\n    package: tools\n';
    assert.match(findings(text)[0] ?? '', /^HSU102 at worker-one: /);
    assert.ok(fixes(text).some((title) => /type: process/.test(title)));
  });

  it('a typo is fixed by the nearest key first', () => {
    const [first] = fixes('workers:\n  - id: a\n    type: process\n    package: tools\n    depend_on: []\n');
    assert.equal(first, 'Change to "depends_on"');
  });

  it('two workers with one id have a finding', () => {
    const text =
      'workers:\n  - id: a\n    type: process\n    package: tools\n  - id: a\n    type: process\n    package: tools\n';
    assert.match(findings(text).join('\n'), /^HSU201 at a: /);
  });

  it('behind an open quote the faults of later workers are still told', () => {
    const found = findings('workers:\n  - id: "a\n    type: process\n  - id: b\n    type: no\n');
    assert.ok(
      found.some((one) => /^HSU104 at no: /.test(one)),
      found.join('\n'),
    );
  });

  it('a number that swallows its zero is told, with the fix to quote it', () => {
    const text = 'workers:\n  - id: a\n    type: process\n    package: 1.10\n';
    assert.ok(findings(text).length > 0);
    assert.ok(
      fixes(text).some((title) => /quote/i.test(title)),
      fixes(text).join('\n'),
    );
  });

  it('merge keys, aliases and templates are no faults', () => {
    const text =
      'x-base: &base\n  type: process\n  package: tools\nworkers:\n  - <<: *base\n    id: a\n  - id: b\n    <<: *base\n    group: ${env:GROUP:-none}\n';
    assert.deepEqual(findings(text), []);
  });
});
