import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import manifest from '../package.json' with { type: 'json' };

const read = (...place: string[]) => readFileSync(path.join(ROOT_FOLDER, ...place), 'utf8');

const permissive = /^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause)$/;

describe('docs/dependencies.md', () => {
  const rows = [...read('docs', 'dependencies.md').matchAll(/^\| (\S+) +\| (\S+) +\| (\S.*?) +\|$/gm)]
    .map(([, name = '', licence = '', reason = '']) => ({ name, licence, reason }))
    .filter(({ name }) => name !== 'Package' && !name.startsWith('---'));

  it('has a row for each dependency of package.json, and no other', () => {
    const wanted = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
    assert.deepEqual(
      rows.map(({ name }) => name),
      wanted,
    );
  });

  for (const { name, licence, reason } of rows) {
    it(`names the licence that ${name} has, and a reason in a sentence`, () => {
      const { license } = JSON.parse(read('node_modules', name, 'package.json')) as { license: string };
      assert.equal(licence, license);
      // What is only used here is not passed on.
      const isPassedOn = Object.hasOwn(manifest.dependencies, name);
      assert.match(licence, isPassedOn ? permissive : /^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|MPL-2\.0)$/);
      assert.match(reason, /^[A-Z].*\.$/);
    });
  }
});
