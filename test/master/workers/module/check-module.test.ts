import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModuleDeployment } from '../../../../master/config/deployment.ts';
import { checkModule } from '../../../../master/workers/module/check-module.ts';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { readWorkersFromDisk } from '../../../../master/world/read-configuration.ts';
import { deploymentOf, startModule, testKey } from '../../../support/module-run.ts';

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

  describe('named by a path that leads out of the project', () => {
    const workersFile = (worker: string) => `workers:\n  - { id: svc, type: module, ${worker} }\n`;
    let project: string;
    beforeEach(() => {
      project = path.join(root, 'project');
      for (const folder of ['shared', 'project/packages/strays'])
        mkdirSync(path.join(root, folder), { recursive: true });
      writeFileSync(path.join(root, 'shared/words.mjs'), "export const words = 'from outside';\n");
      writeFileSync(
        path.join(root, 'shared/svc.mjs'),
        "import { words } from './words.mjs';\nexport const create = () => ({ start: () => console.log(words) });\n",
      );
    });

    const read = async (worker: string) => {
      const file = path.join(project, 'workers.yaml');
      writeFileSync(file, workersFile(worker));
      const { workers, problems } = await readWorkersFromDisk(file);
      return { deployment: workers[0]?.resolved?.deployment, problems };
    };
    const moduleOf = async (worker: string): Promise<ModuleDeployment> => {
      const { deployment, problems } = await read(worker);
      assert.deepEqual(problems, []);
      assert.equal(deployment?.kind, 'module');
      return deployment;
    };

    for (const isolation of ['shared', 'thread'] as const) {
      it(`is run where the user's own file says so, ${isolation}`, async () => {
        const runtime = new ModuleRuntime({ masterKey: testKey });
        try {
          const worker = `module: { module_path: ../shared/svc.mjs, entry_point: create, isolation: ${isolation} }`;
          const { run, context } = await startModule(runtime, 'svc', await moduleOf(worker));
          await context.prints('from outside\n');
          await run.stop(1000);
        } finally {
          await runtime.dispose();
        }
      });
    }

    it('has to exist, and to export what is named, there too', async () => {
      const missing = await read('module: { module_path: ../shared/none.mjs, entry_point: create }');
      assert.deepEqual(
        missing.problems.map(({ code, message }) => [code, message]),
        [
          [
            'HSU404',
            `The module ../shared/none.mjs does not exist: expected it at ${path.join(root, 'shared/none.mjs')}.`,
          ],
        ],
      );
      const other = await read('module: { module_path: ../shared/svc.mjs, entry_point: other }');
      assert.deepEqual(
        other.problems.map(({ code }) => code),
        ['HSU405'],
      );
      const worker = 'module: { module_path: ../shared/svc.mjs, entry_point: create }';
      const deployment = await moduleOf(worker);
      rmSync(path.join(root, 'shared/svc.mjs'));
      await assert.rejects(checkModule('svc', deployment), { message: /svc\.mjs does not exist\. / });
    });

    for (const [how, written] of [
      ['its path', '../../../shared/svc.mjs'],
      ['a link', './link.mjs'],
      ['a link of a folder', './linked/svc.mjs'],
    ] as const) {
      it(`is refused where a package says so, by ${how}`, async () => {
        const packaged = path.join(project, 'packages/strays');
        symlinkSync(path.join(root, 'shared/svc.mjs'), path.join(packaged, 'link.mjs'));
        symlinkSync(path.join(root, 'shared'), path.join(packaged, 'linked'));
        writeFileSync(
          path.join(packaged, 'package.yaml'),
          `name: strays\nversion: 1.0.0\nsupported_types: [module]\nmodule: { module_path: ${written}, entry_point: create }\n`,
        );
        const { deployment } = await read('package: strays');
        assert.equal(deployment?.kind, 'module');
        await assert.rejects(checkModule('svc', deployment), {
          message: /^svc cannot be loaded: .*\.mjs leads out of its package .*strays\. Correct the package\.$/,
        });
      });
    }
  });
});
