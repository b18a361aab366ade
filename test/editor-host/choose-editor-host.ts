import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { lookup } from 'node:dns/promises';
import path from 'node:path';
import { browserHost } from './browser-host.ts';
import { findChromium } from './chromium.ts';
import { desktopHost } from './desktop-host.ts';
import type { EditorHost, Report } from './editor-host.ts';
import { installCodeServer } from './install-code-server.ts';
import { ensureDisplay } from './virtual-display.ts';

const downloadHost = 'update.code.visualstudio.com';

/**
 * The editor for tests: `VSCODE_EXECUTABLE`, else desktop VS Code where it can be downloaded and shown, else code-server
 * in Chromium. Installs what is missing.
 * @throws {Error} saying what to install, where none of them can be had
 */
export async function chooseEditorHost(report: Report): Promise<EditorHost> {
  const executable = process.env['VSCODE_EXECUTABLE'];
  if (executable !== undefined) {
    await ensureDisplay();
    return desktopHost(executable, 'VSCODE_EXECUTABLE');
  }
  try {
    await probeDownload();
    await ensureDisplay();
    report('downloading desktop VS Code, where it is not there yet');
    const cachePath = path.join(ROOT_FOLDER, '.cache', 'vscode-desktop');
    return desktopHost(await downloadAndUnzipVSCode({ version: 'stable', cachePath }), 'downloaded');
  } catch (error) {
    const [codeServer, chromium] = await Promise.all([installCodeServer(report), findChromium(report)]);
    const why = error instanceof Error ? error.message : String(error);
    return browserHost(codeServer, chromium, `no desktop VS Code: ${why}`);
  }
}

/** Costs two seconds at most where the download is refused; the downloader itself would try for minutes. */
async function probeDownload(): Promise<void> {
  await lookup(downloadHost);
  const answer = await fetch(`https://${downloadHost}/api/releases/stable`, { signal: AbortSignal.timeout(2_000) });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`${downloadHost} answered ${answer.status}`);
}
