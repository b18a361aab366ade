import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModuleDeployment } from '../../../../master/config/deployment.ts';
import { checkModule } from '../../../../master/workers/module/check-module.ts';
import { readWorkersFromDisk } from '../../../../master/world/read-configuration.ts';
import { deploymentOf } from '../../../support/module-run.ts';

const code = 'export const create = () => ({ start() {} });\n';
const sha256 = createHash('sha256').update(code).digest('hex');

describe('before a module is loaded', () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'hsu-check-')));
    folder = path.join(root, 'packages/tools');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'tools.mjs'), code);
    writeFileSync(path.join(root, 'outside.mjs'), code);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const check = (file: string, more: Partial<ModuleDeployment> = {}) =>
    checkModule('tools', deploymentOf('x', { path: path.join(folder, file), packaged: { folder }, ...more }));

  it('its file has to be one', async () => {
    await check('tools.mjs');
    await assert.rejects(check('none.mjs'), {
      message: /none\.mjs does not exist\. Build it, or correct module_path\.$/,
    });
    await assert.rejects(check('.'), { message: /is not a file\. Correct module_path\.$/ });
  });

  it('its file has to be in its package, links followed', async () => {
    await assert.rejects(check('../../outside.mjs'), { message: /outside\.mjs leads out of its package / });
    symlinkSync(path.join(root, 'outside.mjs'), path.join(folder, 'link.mjs'));
    await assert.rejects(check('link.mjs'), { message: /link\.mjs leads out of its package / });
  });

  it('its file has to be as the manifest of its package says', async () => {
    await check('tools.mjs', { packaged: { folder, sha256 } });
    writeFileSync(path.join(folder, 'tools.mjs'), `${code} `);
    await assert.rejects(check('tools.mjs', { packaged: { folder, sha256 } }), {
      message: new RegExp(
        `^tools cannot be loaded: .*tools\\.mjs was changed: its sha256 is [0-9a-f]{64}, but its package's manifest says ${sha256}\\.`,
      ),
    });
  });

  it('the checksum is that of the manifest, and a module of the workers file has none', async () => {
    writeFileSync(
      path.join(folder, 'package.yaml'),
      `name: tools\nversion: 1.0.0\nsupported_types: [module]\nmodule: { module_path: ./tools.mjs, entry_point: create }\nchecksums: { tools.mjs: sha256:${sha256} }\n`,
    );
    writeFileSync(
      path.join(root, 'workers.yaml'),
      'workers:\n  - { id: a, type: module, package: tools }\n  - { id: b, type: module, module: { module_path: outside.mjs, entry_point: create } }\n',
    );
    const { workers } = await readWorkersFromDisk(path.join(root, 'workers.yaml'));
    const packaged = workers.map(({ resolved }) => {
      assert.equal(resolved?.deployment.kind, 'module');
      return resolved.deployment.packaged;
    });
    assert.deepEqual(packaged, [{ folder, sha256 }, undefined]);
    assert.equal(readFileSync(path.join(folder, 'tools.mjs'), 'utf8'), code);
  });
});
