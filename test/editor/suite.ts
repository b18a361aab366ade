import Mocha from 'mocha';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { format } from 'node:util';
import CountingReporter from '../support/counting-reporter.mjs';

/** What VS Code's extension host runs: the suites of this folder that need the `vscode` API and no workbench page. */
export async function run(): Promise<void> {
  const grep = process.env['TEST_GREP'];
  const mocha = new Mocha({
    timeout: 60_000,
    forbidOnly: true,
    forbidPending: true,
    color: process.env['TEST_COLOR'] === 'yes',
    reporter: CountingReporter,
    ...(grep === undefined ? {} : { grep }),
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
  report.end();
  await once(report, 'close');
  if (failures > 0) throw new Error(`${failures} editor tests failed`);
}
