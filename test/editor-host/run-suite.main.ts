import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { yamlLanguageServer } from '../tooling/yaml-language-server.mjs';
import { copyExample } from '../support/example-copy.ts';
import { chooseEditorHost } from './choose-editor-host.ts';

// Runs test/editor/*.test.ts inside the extension host of a real VS Code, on a copy of the example.
runSuite().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

async function runSuite(): Promise<number> {
  const host = await chooseEditorHost((line) => console.log(line));
  console.log(`editor host: ${host.description}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'hsu-workspace-'));
  const workspace = copyExample(folder);
  const report = createServer((socket) => socket.pipe(process.stdout, { end: false }));
  report.listen(0, '127.0.0.1');
  await once(report, 'listening');
  try {
    return await host.runSuite({
      workspace,
      extension: ROOT_FOLDER,
      suite: path.join(DIST_FOLDER, 'test', 'editor', 'suite.js'),
      env: {
        ...inherited('TEST_GREP'),
        ...inherited('TEST_COUNTS_FILE'),
        TEST_YAML_LANGUAGE_SERVER: yamlLanguageServer(ROOT_FOLDER).script,
        TEST_REPORT_PORT: String((report.address() as AddressInfo).port),
        TEST_COLOR: process.stdout.isTTY ? 'yes' : 'no',
      },
    });
  } finally {
    report.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function inherited(name: string): Record<string, string> {
  const value = process.env[name];
  return value === undefined ? {} : { [name]: value };
}
