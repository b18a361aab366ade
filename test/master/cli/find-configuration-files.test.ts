import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findConfigurationFiles } from '../../../master/cli/find-configuration-files.ts';

describe('find-configuration-files', () => {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'hsu-find-')));
  for (const file of [
    'workers.yaml',
    'workers.dev.yml',
    'package.yaml',
    'other.yaml',
    'a/workers.yaml',
    'a/b/worker-package.yaml',
    'node_modules/x/workers.yaml',
  ]) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '');
  }
  const found = (...words: string[]) => findConfigurationFiles(root, words).map((file) => path.relative(root, file));

  it('a file is itself, whatever its name', () => {
    assert.deepEqual(found('other.yaml'), ['other.yaml']);
  });

  it("a folder is its configuration files, without other people's", () => {
    assert.deepEqual(found('.'), [
      'a/b/worker-package.yaml',
      'a/workers.yaml',
      'package.yaml',
      'workers.dev.yml',
      'workers.yaml',
    ]);
  });

  it('a pattern is what it matches, each file once', () => {
    assert.deepEqual(found('**/workers.yaml', 'workers.yaml'), ['a/workers.yaml', 'workers.yaml']);
    assert.deepEqual(found('workers.*'), ['workers.dev.yml', 'workers.yaml']);
    assert.deepEqual(found('a/?/*.yaml'), ['a/b/worker-package.yaml']);
  });

  it('a name of which nothing exists is an error', () => {
    assert.throws(() => found('missing.yaml'), /There is no file or folder .*missing\.yaml: check the name\./);
  });
});
