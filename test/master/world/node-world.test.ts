import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from '../../../master/world/find-program.ts';
import { nodeWorld } from '../../../master/world/node-world.ts';
import { findProblems } from '../../../master/world/read-configuration.ts';

describe('the world as this machine has it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hsu-world-'));
  symlinkSync('loop', path.join(folder, 'loop'));
  writeFileSync(path.join(folder, 'program'), '', { mode: 0o755 });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const impossible = ['loop', `${'x'.repeat(300)}`, 'a\0b', 'program/x'];

  for (const name of impossible) {
    it(`has nothing at ${JSON.stringify(name.slice(0, 20))}, and says so instead of failing`, () => {
      assert.deepEqual(nodeWorld({ folder }).file(path.join(folder, name)), { kind: 'missing', executable: false });
      const text = `workers: [{ id: a, type: process, execution: { executable_path: ${JSON.stringify(`./${name}`)} } }]`;
      const codes = findProblems(path.join(folder, 'workers.yaml'), text).map(({ code }) => code);
      assert.deepEqual(codes, ['HSU402']);
    });
  }

  it('finds a program behind a folder of the PATH that cannot be looked into', () => {
    const places = ['loop', 'x'.repeat(300), ''].map((name) => path.join(folder, name));
    assert.equal(findProgram('program', { PATH: places.join(path.delimiter) }), path.join(folder, 'program'));
  });
});
