import { resolveCliArgsFromVSCodeExecutablePath, runTests, TestRunFailedError } from '@vscode/test-electron';
import { execa } from 'execa';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron } from 'playwright-core';
import type { EditorHost, SuiteRun, WorkbenchOptions } from './editor-host.ts';
import { quietSettings } from './quiet-settings.ts';

/** Desktop VS Code. On Linux it needs a display; `choose-editor-host.ts` sees to one. */
export function desktopHost(executable: string, why: string): EditorHost {
  return {
    description: `${executable} (${why})`,
    runSuite: (run) => runSuite(executable, run),
    openWorkbench: (options) => openWorkbench(executable, options),
  };
}

async function runSuite(executable: string, run: SuiteRun): Promise<number> {
  const data = await userData({});
  try {
    return await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: run.extension,
      extensionTestsPath: run.suite,
      extensionTestsEnv: run.env,
      launchArgs: [run.workspace, '--user-data-dir', data, ...quietArguments, '--disable-workspace-trust'],
    });
  } catch (error) {
    if (error instanceof TestRunFailedError && error.code !== undefined) return error.code;
    throw error;
  } finally {
    await discard(data);
  }
}

async function openWorkbench(executable: string, options: WorkbenchOptions) {
  const data = await userData(options.settings);
  const folders = ['--user-data-dir', data, '--extensions-dir', path.join(data, 'extensions')];
  const [cli = executable, ...cliArguments] = resolveCliArgsFromVSCodeExecutablePath(executable, {
    reuseMachineInstall: true,
  });
  for (const vsix of options.vsix) await execa(cli, [...cliArguments, ...folders, '--install-extension', vsix]);
  const application = await _electron.launch({
    executablePath: executable,
    args: [options.workspace, ...folders, ...quietArguments, ...(options.trusted ? ['--disable-workspace-trust'] : [])],
  });
  const page = await application.firstWindow();
  await page.setViewportSize(options.size);
  return {
    page,
    openWindow: async (workspace: string) => {
      const [window] = await Promise.all([
        application.waitForEvent('window'),
        execa(cli, [
          ...cliArguments,
          ...folders,
          '--new-window',
          ...(isUri(workspace) ? ['--folder-uri'] : []),
          workspace,
        ]),
      ]);
      await window.setViewportSize(options.size);
      return window;
    },
    pid: application.process().pid ?? 0,
    close: async () => {
      await application.close();
      await discard(data);
    },
  };
}

const quietArguments = [
  '--skip-welcome',
  '--skip-release-notes',
  '--disable-updates',
  '--disable-telemetry',
  '--no-sandbox',
];

/** A drive's letter is no scheme. */
function isUri(workspace: string): boolean {
  return /^[a-z][\w+.-]+:/i.test(workspace);
}

async function userData(settings: Readonly<Record<string, unknown>>): Promise<string> {
  const data = await mkdtemp(path.join(tmpdir(), 'hsu-editor-'));
  await mkdir(path.join(data, 'User'), { recursive: true });
  await writeFile(path.join(data, 'User', 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }));
  return data;
}

async function discard(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
