import { execa } from 'execa';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { endProcessTree } from '../support/end-process-tree.ts';
import type { CodeServer } from './install-code-server.ts';
import { quietSettings } from './quiet-settings.ts';

export interface CodeServerOptions {
  /** VSIX files installed before the start. */
  readonly install: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Needed to load an extension from its sources and to run a suite; it hides notifications. */
  readonly smokeTestDriver: boolean;
  /** Whether every folder is trusted without asking. */
  readonly trustAll: boolean;
  /** Asked for in the URL; without one, everyone on this machine may come in. */
  readonly token?: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface RunningCodeServer {
  readonly pid: number;
  readonly port: number;
  /** The workbench on a folder. */
  url(workspace: string, payload?: readonly (readonly [string, string])[]): string;
  /** As the workbench names a file of the server's machine. */
  uri(file: string): string;
  /** Ends the server and everything that runs in it. */
  stop(): Promise<void>;
}

/** Starts VS Code's server on a free port of 127.0.0.1, with data of its own that vanish with it. */
export async function startCodeServer(host: CodeServer, options: CodeServerOptions): Promise<RunningCodeServer> {
  const data = await mkdtemp(path.join(tmpdir(), 'hsu-editor-'));
  const dataArguments = ['--server-data-dir', data, '--accept-server-license-terms'];
  for (const folder of ['User', 'Machine']) await mkdir(path.join(data, 'data', folder), { recursive: true });
  const settings = JSON.stringify({ ...quietSettings, ...options.settings });
  await writeFile(path.join(data, 'data', 'Machine', 'settings.json'), settings);
  for (const vsix of options.install) {
    await execa(host.node, [host.serverMain, ...dataArguments, '--install-extension', vsix], { env: cleaned() });
  }
  const server = spawn(
    host.node,
    [
      host.serverMain,
      ...dataArguments,
      ...['--host', '127.0.0.1', '--port', '0', '--disable-telemetry'],
      ...(options.token === undefined ? ['--without-connection-token'] : ['--connection-token', options.token]),
      ...(options.trustAll ? ['--disable-workspace-trust'] : []),
      ...(options.smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
    ],
    { env: { ...cleaned(), ...options.env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const stop = async () => {
    await endProcessTree(server);
    await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    const port = await listeningPort(server, path.join(data, 'server.log'));
    const authority = `127.0.0.1:${port}`;
    const uri = (file: string) => `vscode-remote://${authority}${pathToFileURL(file).pathname}`;
    return {
      pid: server.pid ?? 0,
      port,
      uri,
      url: (workspace, payload = []) => {
        const url = new URL(`http://${authority}/`);
        if (options.token !== undefined) url.searchParams.set('tkn', options.token);
        url.searchParams.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', workspace);
        if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
        return url.href;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The server says where it listens in a line of its output; the rest goes to its log. */
async function listeningPort(server: ChildProcess, logFile: string): Promise<number> {
  const log = createWriteStream(logFile);
  server.stderr?.pipe(log, { end: false });
  const ended = once(server, 'exit').then(async () => {
    throw new Error(`the editor's server ended before it listened:\n${await readFile(logFile, 'utf8')}`);
  });
  const listening = new Promise<number>((resolve) => {
    if (server.stdout === null) return;
    createInterface(server.stdout).on('line', (line) => {
      log.write(`${line}\n`);
      const port = /listening on (\d+)$/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  return Promise.race([listening, ended]);
}

/** What an editor or npm around this process left in the environment would lead the inner editor astray. */
function cleaned(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|CODE_SERVER_|npm_|ELECTRON_)/.test(name)),
  );
}
