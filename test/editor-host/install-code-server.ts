import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npmScript } from '../tooling/npm.mjs';
import type { Report } from './editor-host.ts';
import { withLock } from './lock.ts';

/** code-server 4.139.1 is VS Code 1.139.1. Its server needs Node 24, so it brings one of its own. */
const codeServerVersion = '4.139.1';
const nodeVersion = '24.21.0';

export interface CodeServer {
  readonly node: string;
  /** VS Code's own server inside the package. */
  readonly serverMain: string;
  readonly version: string;
}

/**
 * Installs code-server below `.cache/vscode-host`, or below `EDITOR_HOST_FOLDER` where several clones share one.
 * The finished folder appears by a rename, so it is complete whenever it is there. It then gets our writer of log files.
 */
export async function installCodeServer(report: Report): Promise<CodeServer> {
  const parent = process.env['EDITOR_HOST_FOLDER'] ?? path.join(ROOT_FOLDER, '.cache', 'vscode-host');
  const folder = path.join(parent, `code-server-${codeServerVersion}-node-${nodeVersion}`);
  if (!existsSync(folder)) {
    await mkdir(parent, { recursive: true });
    await withLock(`${folder}.lock`, report, async () => {
      if (!existsSync(folder)) await install(parent, folder, report);
    });
  }
  const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const writer = path.join(vscode, 'node_modules', '@vscode', 'spdlog', 'index.js');
  // Another clone's editor may be reading it.
  await copyFile(path.join(ROOT_FOLDER, 'test', 'editor-host', 'log-writer.cjs'), `${writer}.${process.pid}`);
  await rename(`${writer}.${process.pid}`, writer);
  return {
    node: privateNode(folder),
    serverMain: path.join(vscode, 'out', 'server-main.js'),
    version: codeServerVersion,
  };
}

async function install(parent: string, folder: string, report: Report): Promise<void> {
  const started = Date.now();
  for (const name of await readdir(parent)) {
    // The lock is held, so a draft is what an interrupted installation left.
    if (name.startsWith('draft-')) await rm(path.join(parent, name), { recursive: true, force: true });
  }
  const draft = await mkdtemp(path.join(parent, 'draft-'));
  const step = async (what: string, args: readonly string[], cwd: string) => {
    report(`installing the editor host, ${seconds(started)}: ${what}`);
    await npm(draft, args, cwd);
  };
  try {
    await writeFile(path.join(draft, 'package.json'), JSON.stringify({ name: 'vscode-host', private: true }));
    await step(`Node ${nodeVersion}`, ['install', `${nodePackage()}@${nodeVersion}`], draft);
    await step(
      `code-server ${codeServerVersion} (about 640 MB)`,
      ['install', `code-server@${codeServerVersion}`],
      draft,
    );
    const vscode = path.join(draft, 'node_modules', 'code-server', 'lib', 'vscode');
    // Not `npm ci`: the shrinkwrap that code-server ships disagrees with its package.json.
    await step('its modules', ['install', '--omit=dev'], vscode);
    await step('its built-in extensions', ['install', '--omit=dev'], path.join(vscode, 'extensions'));
    // Nothing here uses the assistants; they are a third of the size.
    for (const unused of ['node_modules/@github', 'node_modules/@openai', 'extensions/copilot']) {
      await rm(path.join(vscode, unused), { recursive: true, force: true });
    }
    await rename(draft, folder);
    report(`installed the editor host in ${seconds(started)}`);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Install scripts stay off: code-server's refuses every Node but its own, and of its native parts only one is missed. */
async function npm(draft: string, args: readonly string[], cwd: string): Promise<void> {
  const result = await execa(process.execPath, [npmScript(), ...args, '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd,
    env: { npm_config_nodedir: path.join(draft, 'node_modules', nodePackage()) },
    all: true,
    reject: false,
  });
  if (result.failed) {
    throw new Error(`npm ${args.join(' ')} failed while installing the editor host:\n${result.all}`);
  }
}

function nodePackage(): string {
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}

function privateNode(folder: string): string {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return path.join(folder, 'node_modules', nodePackage(), 'bin', file);
}

function seconds(since: number): string {
  return `${Math.round((Date.now() - since) / 1000)} s`;
}
