import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Project } from '../support/hsu.ts';
import { leavesMachine, recordedConnections } from '../support/recorded-connections.ts';
import { packagedExtension } from '../support/workbench.ts';
import { zipEntries } from '../support/zip-entries.ts';

/** What bundles name and never ask: names of schemas and namespaces, a library's words about itself. */
const names =
  /^https?:\/\/(json-schema\.org|json\.schemastore\.org|hsu-workers\.dev|www\.w3\.org|grpc\.io|github\.com\/grpc|foo\.com|127\.0\.0\.1|localhost)\b/;

const workers = `workers:
  - { id: module, type: module, health_check: { endpoint: /, interval: 200ms }, module: { module_path: web.mjs, entry_point: Create } }
  - { id: process, type: process, module: { module_path: web.mjs, entry_point: Create } }
`;

const web = `import { createServer } from 'node:http';
let server;
export const Create = (context) => ({
  start: () => new Promise((done) => {
    server = createServer((_, response) => response.end('fine')).listen(0, '127.0.0.1', () => {
      context.endpoints.register('http', 'url', 'http://127.0.0.1:' + server.address().port);
      done();
    });
  }),
  stop: () => server.close(),
});
`;

describe('nothing is sent anywhere', function () {
  this.timeout(60_000);

  it('the package holds no telemetry, and no address but names', () => {
    for (const entry of zipEntries(readFileSync(packagedExtension()))) {
      if (!/^extension\/dist\/.*\.js$/.test(entry.name)) continue;
      const text = entry.content().toString();
      assert.doesNotMatch(text, /applicationinsights|extension-telemetry|createTelemetryLogger|sentry\.io|posthog/i);
      const addresses = text.match(/https?:\/\/[a-z0-9-]+\.[\w./-]+/gi) ?? [];
      assert.deepEqual(
        addresses.filter((address) => !names.test(address)),
        [],
        entry.name,
      );
    }
  });

  describe('while all of it runs', () => {
    let project: Project;
    let recorded: string;
    const usual = { ...process.env };

    before(() => {
      project = new Project({ 'workers.yaml': workers, 'web.mjs': web });
      recorded = path.join(project.folder, 'recorded');
      writeFileSync(recorded, '');
      process.env['RECORDED_CONNECTIONS'] = recorded;
      process.env['NODE_OPTIONS'] = `--require ${path.join(ROOT_FOLDER, 'test', 'fixtures', 'record-connections.cjs')}`;
    });
    after(async () => {
      for (const name of ['RECORDED_CONNECTIONS', 'NODE_OPTIONS']) {
        if (usual[name] === undefined) delete process.env[name];
        else process.env[name] = usual[name];
      }
      await project.dispose();
    });

    const outside = () => recordedConnections(recorded).filter(leavesMachine);

    it('the recording sees a connection that leaves the machine', async () => {
      const script = "fetch('http://telemetry.invalid/').catch(() => undefined)";
      await once(spawn(process.execPath, ['-e', script]), 'exit');
      assert.deepEqual([...new Set(outside().map(({ what }) => what))].sort(), [
        'http://telemetry.invalid/',
        'telemetry.invalid',
        'the name telemetry.invalid',
      ]);
      writeFileSync(recorded, '');
    });

    it('the master, its workers and the command line reach what is on this machine, and nothing else', async () => {
      const master = project.run();
      await Promise.all([master.worker('module', 'running'), master.worker('process', 'running')]);
      for (const command of [
        ['status'],
        ['restart', 'module'],
        ['switch', 'process'],
        ['validate'],
        ['doctor'],
        ['stop', '--all'],
      ]) {
        await project.hsu(...command);
      }
      const programs = new Set(recordedConnections(recorded).map(({ program }) => path.basename(program)));
      assert.ok(programs.has('cli.js'), [...programs].join());
      // Nothing of it is recorded any more while the next test looks.
      await master.interrupt();
      assert.deepEqual(outside(), []);
    });

    it('the language server reaches nothing', async () => {
      writeFileSync(recorded, '');
      const child = spawn(process.execPath, [path.join(DIST_FOLDER, 'server.js'), '--stdio']);
      const ended = once(child, 'exit');
      const connection = createMessageConnection(
        new StreamMessageReader(child.stdout),
        new StreamMessageWriter(child.stdin),
      );
      connection.listen();
      await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
      await connection.sendNotification('initialized', {});
      const textDocument = { uri: `file://${project.file}`, languageId: 'hsu-workers', version: 1, text: workers };
      await connection.sendNotification('textDocument/didOpen', { textDocument });
      for (const method of ['textDocument/hover', 'textDocument/completion']) {
        await connection.sendRequest(method, { textDocument, position: { line: 1, character: 6 } });
      }
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      await ended;
      connection.dispose();
      assert.deepEqual(recordedConnections(recorded), []);
    });
  });
});
