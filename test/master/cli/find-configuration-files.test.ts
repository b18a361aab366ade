import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findConfigurationFiles } from '../../../master/cli/find-configuration-files.ts';

describe('find-configuration-files', () => {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'hsu-find-')));
  const files = {
    'workers.yaml': '',
    'workers.dev.yml': '',
    'workers-test.yaml': 'workers: []\n',
    'package.yaml': 'name: a\nsupported_types: [process]\n',
    'other.yaml': '',
    'a/workers.yaml': '',
    'a/workers-deployment.yaml': 'kind: Deployment\n',
    'a/package.yaml': 'name: thing\nlibrary:\n  source-dirs: src\n',
    'a/b/worker-package.yaml': 'name: b\nexecutable:\n  path: run\n',
    'node_modules/x/workers.yaml': '',
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  const found = (...words: string[]) => findConfigurationFiles(root, words).map((file) => path.relative(root, file));

  it('a file is itself, whatever its name', () => {
    assert.deepEqual(found('other.yaml'), ['other.yaml']);
    assert.deepEqual(found('a/package.yaml'), ['a/package.yaml']);
  });

  it("a folder is its configuration files, without other people's", () => {
    assert.deepEqual(found('.'), [
      'a/b/worker-package.yaml',
      'a/workers.yaml',
      'package.yaml',
      'workers-test.yaml',
      'workers.dev.yml',
      'workers.yaml',
    ]);
  });

  it('a pattern is what it matches, each file once', () => {
    assert.deepEqual(found('**/workers.yaml', 'workers.yaml'), ['a/workers.yaml', 'workers.yaml']);
    assert.deepEqual(found('workers.*'), ['workers.dev.yml', 'workers.yaml']);
    assert.deepEqual(found('a/?/*.yaml'), ['a/b/worker-package.yaml']);
    assert.deepEqual(found('**/package.yaml'), ['package.yaml']);
  });

  it('a link is the file that it leads to; one that leads nowhere, or in a circle, is none', () => {
    const linked = path.join(root, 'linked');
    mkdirSync(linked);
    symlinkSync('../workers.yaml', path.join(linked, 'workers.yaml'));
    symlinkSync('nowhere', path.join(linked, 'workers.a.yaml'));
    symlinkSync('workers.b.yaml', path.join(linked, 'workers.b.yaml'));
    symlinkSync('..', path.join(linked, 'above'));
    assert.deepEqual(found('linked'), ['linked/workers.yaml']);
    rmSync(linked, { recursive: true });
  });

  it('a name of which nothing exists is an error', () => {
    assert.throws(() => found('missing.yaml'), /There is no file or folder .*missing\.yaml: check the name\./);
  });
});
