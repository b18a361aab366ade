import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { CompletionList } from 'vscode-languageserver';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';
import { startRegistry, type Registry } from '../support/verdaccio.ts';

const manifest = (name: string, version: string) =>
  `name: ${name}\nversion: ${version}\ndescription: Greets.\nsupported_types: [module]\nmodule: { module_path: m.js }\n`;
const text = (reference: string) => `workers:\n  - id: hello\n    type: module\n    package: ${reference}\n`;

describe('packages of repositories in completion, from the bundle that is shipped', function () {
  this.timeout(120_000);
  let project: Project;
  let child: ChildProcess;
  let connection: MessageConnection;
  let configured: readonly string[];
  let asked: number;
  let warnings: string[];
  let version = 1;

  beforeEach(async () => {
    project = new Project({ 'workers.yaml': text('') });
    configured = [];
    asked = 0;
    warnings = [];
    const server = spawn(process.execPath, [path.join(DIST_FOLDER, 'server.js'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child = server;
    connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
    connection.onRequest('workspace/configuration', ({ items }: { items: { section: string; scopeUri: string }[] }) => {
      assert.deepEqual(items, [{ section: 'hsu.packages.repositories', scopeUri: uri() }]);
      asked++;
      return [configured];
    });
    connection.onRequest('client/registerCapability', () => null);
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      warnings.push(message);
    });
    connection.listen();
    await connection.sendRequest('initialize', {
      ...{ processId: process.pid, rootUri: null },
      capabilities: { workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } } },
    });
    await connection.sendNotification('initialized', {});
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: uri(), languageId: 'hsu-workers', version, text: text('') },
    });
  });
  afterEach(async () => {
    connection.dispose();
    child.kill('SIGKILL');
    await project.dispose();
  });

  const uri = () => pathToFileURL(project.file).href;

  function pack(folder: string, name: string, release: string): string {
    const place = path.join(project.folder, folder, name, release);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'package.yaml'), manifest(name, release));
    return place;
  }

  async function complete(reference = ''): Promise<CompletionList> {
    const changes = [{ text: text(reference) }];
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: uri(), version: ++version },
      contentChanges: changes,
    });
    return connection.sendRequest('textDocument/completion', {
      textDocument: { uri: uri() },
      position: { line: 3, character: '    package: '.length + reference.length },
    });
  }

  /** Asks, as an editor does, until every repository has said what it has. */
  const completeWhole = (reference?: string): Promise<CompletionList> =>
    until(async () => {
      const list = await complete(reference);
      return !list.isIncomplete && list;
    }, 'a complete answer');

  const labelsOf = ({ items }: CompletionList) => items.map(({ label }) => label);
  const labels = async (reference?: string) => labelsOf(await completeWhole(reference));

  /** Sets the repositories, as the user would. */
  async function configure(...places: string[]): Promise<void> {
    configured = places;
    await connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  }

  it('offers nothing where nothing is configured', async () => {
    pack('shelf', 'greeter', '1.0.0');
    assert.deepEqual(await labels(), []);
    assert.equal(asked, 1);
  });

  for (const [what, place] of [
    ['a folder beside the workers file', () => 'shelf'],
    ['a folder by its path', () => path.join(project.folder, 'shelf')],
    ['a folder by its URL', () => pathToFileURL(path.join(project.folder, 'shelf')).href],
  ] as const) {
    it(`offers what stands in ${what}, and what comes there later`, async () => {
      pack('shelf', 'greeter', '1.0.0');
      pack('shelf', 'greeter', '1.10.0');
      pack('packages', 'clock', '0.1.0');
      await configure(place());
      const { items } = await completeWhole();
      assert.deepEqual(
        items.map(({ label, detail, documentation }) => [label, detail, documentation]),
        [
          ['clock:0.1.0', 'module', 'Greets.'],
          ['greeter:1.10.0', `not installed, offered by ${place()}`, 'Greets.'],
        ],
      );
      assert.deepEqual(await labels('greeter:'), ['clock:0.1.0', 'greeter:1.10.0', 'greeter:1.0.0']);
      pack('shelf', 'later', '3.0.0');
      // What was heard before stands until the folder has been read again.
      const news = await until(async () => {
        const found = await labels();
        return found.length > 2 && found;
      }, 'the package that came later');
      assert.deepEqual(news, ['clock:0.1.0', 'greeter:1.10.0', 'later:3.0.0']);
    });
  }

  it('offers a package once that is installed already', async () => {
    pack('shelf', 'greeter', '1.0.0');
    pack('packages', 'greeter', '1.0.0');
    await configure('shelf');
    const { items } = await completeWhole();
    assert.deepEqual(
      items.map(({ label, detail }) => [label, detail]),
      [['greeter:1.0.0', 'module']],
    );
  });

  it('tells the log once of a repository that is not there, and offers those of the others', async () => {
    pack('shelf', 'greeter', '1.0.0');
    await configure('nowhere', 'shelf');
    assert.deepEqual(await labels(), ['greeter:1.0.0']);
    assert.deepEqual(await labels('g'), ['greeter:1.0.0']);
    await until(() => warnings.length > 0, 'the warning');
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^What a repository offers is not known: There is no folder .*nowhere/);
  });

  it('answers while a registry is silent, and offers what it has once it has answered', async () => {
    let answer = (): void => undefined;
    const silent: Server = createServer((_, response) => {
      answer = () =>
        response.end(
          JSON.stringify({ objects: [{ package: { name: 'slow', version: '1.0.0', keywords: ['hsu-package'] } }] }),
        );
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const requested = once(silent, 'request');
    pack('shelf', 'greeter', '1.0.0');
    await configure('shelf', `http://127.0.0.1:${port}/`);
    const first = await until(async () => {
      const list = await complete();
      assert.equal(list.isIncomplete, true);
      return list.items.length > 0 && list;
    }, 'the package of the folder');
    assert.deepEqual(labelsOf(first), ['greeter:1.0.0']);
    await requested;
    answer();
    assert.deepEqual(await labels(), ['greeter:1.0.0', 'slow:1.0.0']);
    silent.closeAllConnections();
    silent.close();
  });

  it('tells that a package is unknown while a registry is silent, and who offers it once that has answered', async () => {
    let answer = (): void => undefined;
    const silent: Server = createServer((_, response) => {
      answer = () =>
        response.end(
          JSON.stringify({ objects: [{ package: { name: '@a/slow', version: '1.2.0', keywords: ['hsu-package'] } }] }),
        );
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const requested = once(silent, 'request');
    await configure(`http://127.0.0.1:${port}/`);
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: uri(), version: ++version },
      contentChanges: [{ text: text('slow') }],
    });
    const told = async () => {
      const { items } = await connection.sendRequest<{ items: { code: string; message: string }[] }>(
        'textDocument/diagnostic',
        { textDocument: { uri: uri() } },
      );
      return items.filter(({ code }) => code === 'HSU301').map(({ message }) => message);
    };
    const alone = 'There is no package "slow": no package.yaml is found in this folder, its subfolders or packages/.';
    const whole = `${alone} The repository http://127.0.0.1:${port}/ offers it in version 1.2.0: install it from there.`;
    assert.deepEqual(await told(), [alone]);
    await requested;
    answer();
    await until(async () => (await told())[0] === whole, 'the repository in the finding');
    silent.closeAllConnections();
    silent.close();
  });

  describe('in an npm registry', () => {
    let registry: Registry;
    before(async function () {
      // npm installs it where it is not there yet.
      this.timeout(300_000);
      registry = await startRegistry();
    });
    after(() => registry.stop());

    it('offers what was published for workers: the newest, and all versions of the one that is named', async () => {
      for (const release of ['1.0.0', '1.1.0']) {
        const folder = pack('mine', 'greeter', release);
        const described = {
          name: '@acme/greeter',
          version: release,
          description: 'Greets.',
          keywords: ['hsu-package'],
        };
        writeFileSync(path.join(folder, 'package.json'), JSON.stringify(described));
        await registry.publish(folder);
      }
      await configure(registry.url);
      const { items } = await completeWhole();
      assert.deepEqual(
        items.map(({ label, detail, documentation }) => [label, detail, documentation]),
        [['greeter:1.1.0', `not installed, offered by ${registry.url}`, 'Greets.']],
      );
      assert.deepEqual(await labels('greeter:'), ['greeter:1.1.0', 'greeter:1.0.0']);
    });
  });
});
