import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { layOver, overlayName } from '../../../master/config/overlay.ts';

const base = `# The production file.
defaults: &common { retries: 3, delay: 5s }
workers:
  - id: a # first
    type: process
    execution: { executable_path: /bin/a, args: [one, two] }
    health_check: *common
  - id: b
    type: process
    health_check: *common
`;

function laid(overlay: string): Record<string, unknown>[] {
  const result = layOver(base, overlay);
  assert.ok('text' in result, JSON.stringify(result));
  return (parse(result.text) as { workers: Record<string, unknown>[] }).workers;
}

describe('overlay', () => {
  it('changes single keys of a worker and keeps the others', () => {
    const [a, b] = laid('workers:\n  - id: a\n    type: module\n    execution: { args: [three] }\n');
    assert.deepEqual(a, {
      id: 'a',
      type: 'module',
      execution: { executable_path: '/bin/a', args: ['three'] },
      health_check: { retries: 3, delay: '5s' },
    });
    assert.equal(b?.['type'], 'process');
  });

  it('changes only the worker it names, also below an alias', () => {
    const [a, b] = laid('workers: [{ id: a, health_check: { delay: 1s } }]');
    assert.deepEqual(a?.['health_check'], { retries: 3, delay: '1s' });
    assert.deepEqual(b?.['health_check'], { retries: 3, delay: '5s' });
  });

  it('adds a worker, and takes a key away by null', () => {
    const workers = laid('workers: [{ id: c, type: module }, { id: a, health_check: null }]');
    assert.deepEqual(
      workers.map(({ id }) => id),
      ['a', 'b', 'c'],
    );
    assert.equal('health_check' in (workers[0] ?? {}), false);
  });

  it('changes nothing when it is empty, and says why when it cannot be read', () => {
    assert.deepEqual(layOver(base, '# nothing\n'), { text: base });
    assert.deepEqual(layOver(base, '- a\n'), { refused: 'It is not a mapping with "workers:".' });
    assert.match(JSON.stringify(layOver(base, 'workers: [')), /refused/);
  });

  it('a broken file stays as it is: its own findings tell', () => {
    assert.deepEqual(layOver('workers: [', 'workers: []'), { text: 'workers: [' });
  });

  it('is named after the file and the environment', () => {
    assert.equal(overlayName('workers.yaml', 'development'), 'workers.development.yaml');
    assert.equal(overlayName('workers.yml', 'ci'), 'workers.ci.yml');
  });
});
