import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { startCodeServer } from './code-server.ts';
import { desktopOnPath } from './desktop-on-path.ts';
import { installCodeServer } from './install-code-server.ts';

// Opens VS Code with the extension on a folder: the desktop's where there is one, otherwise one for the browser.
const folder = process.argv[2] ?? process.cwd();
const desktop = desktopOnPath();
(desktop === undefined ? openInBrowser() : openOnDesktop(desktop)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function openOnDesktop(code: string): Promise<void> {
  console.log(`opening ${code}`);
  const child = spawn(code, ['--new-window', `--extensionDevelopmentPath=${ROOT_FOLDER}`, folder], {
    stdio: 'inherit',
  });
  await once(child, 'exit');
}

async function openInBrowser(): Promise<void> {
  console.log('no `code` on the PATH, so VS Code opens in a browser');
  const codeServer = await installCodeServer((line) => console.log(line));
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const packed = await mkdtemp(path.join(tmpdir(), 'hsu-package-'));
  const vsix = path.join(packed, 'hsu-workers.vsix');
  try {
    await execa(process.execPath, [path.join(ROOT_FOLDER, 'test', 'tooling', 'package.mjs'), '--out', vsix]);
    const server = await startCodeServer(codeServer, {
      install: [vsix],
      settings: {},
      smokeTestDriver: false,
      trustAll: true,
      token: randomBytes(16).toString('hex'),
      env: {},
    });
    try {
      console.log(`\nVS Code: ${server.url(folder)}\n\nCtrl-C ends it.`);
      await interrupted;
      console.log('ending');
    } finally {
      await server.stop();
    }
  } finally {
    await rm(packed, { recursive: true, force: true });
  }
}
