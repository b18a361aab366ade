import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { lookup } from 'node:dns/promises';
import path from 'node:path';
import { browserHost } from './browser-host.ts';
import { findChromium } from './chromium.ts';
import { desktopHost } from './desktop-host.ts';
import type { EditorHost, Report } from './editor-host.ts';
import { installCodeServer } from './install-code-server.ts';

const downloadHost = 'update.code.visualstudio.com';

/**
 * The editor for tests: `VSCODE_EXECUTABLE`, else desktop VS Code where it can be downloaded and shown, else code-server
 * in Chromium. Installs what is missing.
 * @throws {Error} saying what to install, where none of them can be had
 */
export async function chooseEditorHost(report: Report): Promise<EditorHost> {
  const executable = process.env['VSCODE_EXECUTABLE'];
  if (executable !== undefined) return desktopHost(executable, 'VSCODE_EXECUTABLE');
  const obstacle = await obstacleToDesktop();
  if (obstacle === undefined) {
    try {
      report('downloading desktop VS Code');
      const cachePath = path.join(ROOT_FOLDER, '.cache', 'vscode-desktop');
      return desktopHost(await downloadAndUnzipVSCode({ version: 'stable', cachePath }), 'downloaded');
    } catch (error) {
      return inBrowser(report, `desktop VS Code was refused: ${sentence(error)}`);
    }
  }
  return inBrowser(report, obstacle);
}

async function inBrowser(report: Report, why: string): Promise<EditorHost> {
  const [codeServer, chromium] = await Promise.all([installCodeServer(report), findChromium(report)]);
  return browserHost(codeServer, chromium, why);
}

/** Found out without starting a download: a name that does not resolve answers at once. */
async function obstacleToDesktop(): Promise<string | undefined> {
  if (process.platform === 'linux' && (process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') === '') {
    return 'desktop VS Code needs a display: run under xvfb-run, or set DISPLAY';
  }
  try {
    await lookup(downloadHost);
    const answer = await fetch(`https://${downloadHost}/api/releases/stable`, { signal: AbortSignal.timeout(2_000) });
    return answer.ok ? undefined : `${downloadHost} answered ${answer.status}`;
  } catch (error) {
    return `desktop VS Code cannot be downloaded from here: ${sentence(error)}`;
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
