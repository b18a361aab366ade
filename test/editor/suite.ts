import Mocha from 'mocha';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import CountingReporter from '../support/counting-reporter.mjs';
import { leavesMachine, recordedConnections } from '../support/recorded-connections.ts';

/** The connections that the extension host begins are recorded while it is driven. */
async function recordConnections(): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'hsu-connections-')), 'recorded');
  await writeFile(file, '');
  process.env['RECORDED_CONNECTIONS'] = file;
  createRequire(__filename)(path.join(ROOT_FOLDER, 'test', 'fixtures', 'record-connections.cjs'));
  return file;
}

/** What VS Code's extension host runs: the suites of this folder that need the `vscode` API and no workbench page. */
export async function run(): Promise<void> {
  const connections = await recordConnections();
  const grep = process.env['TEST_GREP'];
  const mocha = new Mocha({
    timeout: 60_000,
    forbidOnly: true,
    forbidPending: true,
    color: process.env['TEST_COLOR'] === 'yes',
    reporter: CountingReporter,
    ...(grep === undefined ? {} : { grep }),
  });
  mocha.rootHooks({
    afterAll: () => {
      // The editor's own extensions live in the same process.
      const bundles = ['extension.js', 'language-client.js', 'master-client.js'].map((one) =>
        path.join(DIST_FOLDER, one),
      );
      const ours = recordedConnections(connections).filter(({ stack }) => bundles.some((one) => stack.includes(one)));
      assert.ok(
        ours.some(({ what }) => path.isAbsolute(what)),
        'the recording sees the way to the master',
      );
      assert.deepEqual(ours.filter(leavesMachine), [], 'the extension reached something off this machine');
    },
  });
  for (const file of readdirSync(__dirname)) {
    if (file.endsWith('.test.js') && !file.endsWith('.ui.test.js')) mocha.addFile(path.join(__dirname, file));
  }
  // The extension host keeps its console to itself, so the report goes to whoever started it.
  const report = connect(Number(process.env['TEST_REPORT_PORT']), '127.0.0.1');
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => void report.write(`${format(...parts)}\n`);
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve);
  });
  await rm(path.dirname(connections), { recursive: true });
  report.end();
  await once(report, 'close');
  if (failures > 0) throw new Error(`${failures} editor tests failed`);
}
