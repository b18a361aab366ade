import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PackageShelf } from '../../master/packages/package-shelf.ts';
import { Project } from '../support/hsu.ts';
import { startRegistry, type Registry } from '../support/verdaccio.ts';

const program = `console.log('greeter runs'); setInterval(() => {}, 60_000);\n`;
const manifest = (version: string) => `name: greeter
version: ${version}
supported_types: [process, module]
process: { executable_path: node, args: [main.mjs] }
module: { module_path: main.mjs }
checksums: { main.mjs: ${createHash('sha256').update(program).digest('hex')} }
`;
const workers = `workers:
  - id: hello # greets
    type: module
    package: "greeter:1.0.0"
`;

describe('hsu package', function () {
  this.timeout(120_000);
  let project: Project;
  let shelf: string;

  beforeEach(() => {
    project = new Project({ 'workers.yaml': workers });
    shelf = mkdtempSync(path.join(tmpdir(), 'hsu-shelf-'));
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) write(version, manifest(version), program);
  });
  afterEach(async () => {
    await project.dispose();
    rmSync(shelf, { recursive: true, force: true });
  });

  function write(version: string, yaml: string, code: string): string {
    const folder = path.join(shelf, 'greeter', version);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.yaml'), yaml);
    writeFileSync(path.join(folder, 'main.mjs'), code);
    return folder;
  }

  const packages = () => path.join(project.folder, 'packages');
  const install = (name: string, from = shelf) => project.hsu('package', 'install', name, '--from', from);

  describe('from a folder', () => {
    it('installs the version asked for, which then runs; lists and removes it', async () => {
      assert.equal((await project.hsu('validate')).code, 1);
      const { code, stdout } = await install('greeter:1.0.0');
      assert.deepEqual(
        [code, stdout],
        [0, `greeter:1.0.0 is installed in ${path.join(packages(), 'greeter', '1.0.0')}.\n`],
      );
      assert.deepEqual(await install('greeter:1.0.0'), {
        code: 0,
        stdout: 'greeter:1.0.0 is installed already.\n',
        stderr: '',
      });

      const master = project.run();
      await master.worker('hello', 'running');
      await master.event((event) => event.event === 'log' && event['text'] === 'greeter runs');
      await master.interrupt();

      const listed = await project.hsu('package', 'list');
      assert.equal(listed.stdout, `greeter:1.0.0, from ${path.join(shelf, 'greeter', '1.0.0')}\n`);
      const needed = await project.hsu('package', 'remove', 'greeter:1.0.0');
      assert.deepEqual(needed, {
        code: 1,
        stdout: '',
        stderr: 'greeter:1.0.0 is needed by hello: let them name another package first.\n',
      });
      project.write('workers.yaml', 'workers: []\n');
      assert.equal((await project.hsu('package', 'remove', 'greeter:1.0.0')).stdout, 'greeter:1.0.0 is removed.\n');
      assert.equal((await project.hsu('package', 'list')).stdout, 'No package is installed.\n');
    });

    it('takes the newest that fits a range', async () => {
      assert.match((await install('greeter@^1.0.0')).stdout, /^greeter:1\.1\.0 /);
      assert.match((await install('greeter')).stdout, /^greeter:2\.0\.0 /);
    });

    it('tells several packages as one JSON value, and one as itself', async () => {
      const json = async (...names: readonly string[]) => {
        const { stdout } = await project.hsu('package', 'install', ...names, '--from', shelf, '--json');
        return JSON.parse(stdout) as { version: string } | readonly { version: string }[];
      };
      const several = await json('greeter:1.0.0', 'greeter:2.0.0');
      assert.deepEqual(
        [several].flat().map(({ version }) => version),
        ['1.0.0', '2.0.0'],
      );
      const one = await json('greeter:1.0.0');
      assert.ok(!Array.isArray(one) && 'version' in one && one.version === '1.0.0');
    });

    it('goes back to the version before, in the file, quotes and comments kept', async () => {
      await install('greeter:1.0.0');
      await install('greeter:2.0.0');
      project.write('workers.yaml', workers.replace('1.0.0', '2.0.0'));
      const { stdout } = await project.hsu('package', 'rollback', 'greeter');
      assert.equal(stdout, 'The workers of greeter:2.0.0 use greeter:1.0.0 now; "hsu apply" restarts them.\n');
      assert.equal(readFileSync(project.file, 'utf8'), workers);
      assert.match(
        (await project.hsu('package', 'rollback', 'greeter')).stderr,
        /greeter:1\.0\.0 is the first that was installed/,
      );
    });

    const faults: readonly (readonly [string, () => void, RegExp])[] = [
      [
        'a file that is not what the manifest says',
        () => write('1.0.0', manifest('1.0.0'), 'changed();\n'),
        /^main\.mjs of greeter is not what its manifest says: its sha256 is [0-9a-f]{64}, expected /,
      ],
      [
        'a checksum of a file outside',
        () => write('1.0.0', manifest('1.0.0').replace('main.mjs: ', '../x: '), program),
        /^greeter names a checksum for \.\.\/x, which is outside the package\./,
      ],
      [
        'a link',
        () => symlinkSync('/', path.join(shelf, 'greeter', '1.0.0', 'everything')),
        /everything is a link, and a package holds none/,
      ],
    ];
    for (const [what, spoil, message] of faults) {
      it(`refuses a package with ${what}, and leaves nothing of it`, async () => {
        spoil();
        const { code, stderr } = await install('greeter:1.0.0');
        assert.equal(code, 1);
        assert.match(stderr, message);
        assert.deepEqual(existsSync(packages()) ? readdirSync(packages()) : [], []);
      });
    }

    it('installs once when several ask at once', async () => {
      const results = await Promise.all([1, 2, 3].map(() => install('greeter:1.0.0')));
      assert.deepEqual(
        results.map(({ code }) => code),
        [0, 0, 0],
      );
      assert.deepEqual(readdirSync(packages()), ['greeter']);
    });

    for (const [name, message] of [
      ['greeter:9.9.9', /has no package greeter 9\.9\.9/],
      ['stranger', /has no package stranger/],
      ['../greeter', /"\.\.\/greeter" names no package/],
    ] as const) {
      it(`says that ${name} cannot be had`, async () => {
        const { code, stderr } = await install(name);
        assert.equal(code, 1);
        assert.match(stderr, message);
      });
    }
  });

  describe('from an npm registry', () => {
    let registry: Registry;
    before(async function () {
      // npm installs it where it is not there yet.
      this.timeout(300_000);
      registry = await startRegistry();
    });
    after(() => registry.stop());

    it('installs what was published there, checked by its checksum', async () => {
      for (const version of ['1.0.0', '1.1.0']) {
        const folder = write(version, manifest(version), program);
        writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: '@acme/greeter', version }));
        await registry.publish(folder);
      }
      const first = await install('@acme/greeter:1.0.0', registry.url);
      assert.deepEqual([first.code, first.stderr], [0, '']);
      assert.match((await install('@acme/greeter', registry.url)).stdout, /^greeter:1\.1\.0 is installed in /);
      assert.equal((await project.hsu('validate')).code, 0);
      assert.match(
        (await install('@acme/greeter:3.0.0', registry.url)).stderr,
        /has no package @acme\/greeter 3\.0\.0/,
      );
    });

    describe('as a master serves it', () => {
      const own = `workers:
  - id: hello # greets
    type: module
    package: "greeter:1.0.0"
`;
      const offer = (version: string) => ({
        name: '@acme/greeter',
        version,
        description: 'Greets.',
        repository: registry.url,
      });
      const shelf = () => new PackageShelf(project.file);
      const listed = () => shelf().list([registry.url], new AbortController().signal);

      before(async () => {
        for (const version of ['1.2.0', '1.3.0']) {
          const folder = write(version, manifest(version), program);
          const described = { name: '@acme/greeter', version, description: 'Greets.', keywords: ['hsu-package'] };
          writeFileSync(path.join(folder, 'package.json'), JSON.stringify(described));
          await registry.publish(folder);
        }
        const other = write('9.0.0', manifest('9.0.0'), program);
        writeFileSync(path.join(other, 'package.json'), JSON.stringify({ name: 'no-worker', version: '9.0.0' }));
        await registry.publish(other);
      });

      it('lists what can be had, installs with progress, upgrades, goes back and removes', async () => {
        project.write('workers.yaml', own.replace('1.0.0', '1.2.0'));
        assert.deepEqual(await listed(), { installed: [], available: [offer('1.3.0')], problems: [] });

        const told: (number | undefined)[][] = [];
        const progress = (...one: (number | undefined)[]) => void told.push(one);
        const first = await shelf().install('@acme/greeter:1.2.0', registry.url, { progress });
        assert.equal(first.version, '1.2.0');
        assert.equal(told[0]?.[0], 0);
        assert.ok((told.at(-1)?.[0] ?? 0) > 100, 'the bytes that came are told');
        const [installed] = (await listed()).installed;
        assert.deepEqual(
          [installed?.users, installed?.update, installed?.canRollback],
          [['hello'], offer('1.3.0'), false],
        );

        await shelf().upgrade('@acme/greeter:1.3.0', '1.2.0', registry.url, {});
        assert.equal(readFileSync(project.file, 'utf8'), own.replace('1.0.0', '1.3.0'));
        const upgraded = (await listed()).installed;
        assert.deepEqual(
          upgraded.map(({ version, update, canRollback }) => [version, update, canRollback]),
          [
            ['1.2.0', null, false],
            ['1.3.0', null, true],
          ],
        );

        await assert.rejects(shelf().remove('greeter', '1.3.0'), /greeter:1\.3\.0 is needed by hello/);
        await shelf().rollback('greeter');
        assert.equal(readFileSync(project.file, 'utf8'), own.replace('1.0.0', '1.2.0'));
        await shelf().remove('greeter', '1.3.0');
        assert.deepEqual(
          (await listed()).installed.map(({ version }) => version),
          ['1.2.0'],
        );
      });

      it('leaves nothing of an installation that is cancelled', async () => {
        const aborter = new AbortController();
        const progress = () => aborter.abort(new Error('enough'));
        const installing = shelf().install('@acme/greeter', registry.url, { signal: aborter.signal, progress });
        await assert.rejects(installing, /enough/);
        assert.deepEqual((await listed()).installed, []);
        assert.deepEqual(existsSync(packages()) ? readdirSync(packages()) : [], []);
      });

      it('tells of a repository that cannot be asked, and lists the others', async () => {
        const { available, problems } = await shelf().list(
          ['http://127.0.0.1:1/', registry.url],
          new AbortController().signal,
        );
        assert.deepEqual(available, [offer('1.3.0')]);
        assert.match(problems[0] ?? '', /^http:\/\/127\.0\.0\.1:1\/ cannot be reached/);
      });
    });

    it('refuses an archive that was changed on its way', async () => {
      const between = createServer((request, response) => {
        void fetch(new URL(request.url ?? '', registry.url)).then(async (answer) => {
          const archive = request.url?.endsWith('.tgz') === true;
          const text = archive ? 'not what was published' : await answer.text();
          response.end(text.replaceAll(registry.url, `http://${request.headers.host}/`));
        });
      }).listen(0, '127.0.0.1');
      await once(between, 'listening');
      const { port } = between.address() as AddressInfo;
      const { code, stderr } = await install('@acme/greeter:1.0.0', `http://127.0.0.1:${port}/`);
      between.close();
      assert.equal(code, 1);
      assert.match(stderr, /@acme\/greeter 1\.0\.0 was changed on its way: .* Nothing was installed\./);
      assert.equal((await project.hsu('package', 'list')).stdout, 'No package is installed.\n');
    });

    it('says that a registry cannot be reached', async () => {
      const { code, stderr } = await install('greeter', 'http://127.0.0.1:1/');
      assert.equal(code, 1);
      assert.match(stderr, /^http:\/\/127\.0\.0\.1:1\/ cannot be reached: /);
    });
  });
});
