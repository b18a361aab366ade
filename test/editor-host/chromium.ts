import { existsSync } from 'node:fs';
import { installFromDebian } from './debian.ts';
import type { Report } from './editor-host.ts';
import { onPath } from './on-path.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'msedge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * The browser that shows the workbench: `CHROMIUM_EXECUTABLE`, one that is installed, or Debian's, installed when root.
 * @throws {Error} saying what to install
 */
export async function findChromium(report: Report): Promise<string> {
  const found = installedChromium();
  if (found !== undefined) return found;
  const wayOut = 'install Chromium or Chrome, or set CHROMIUM_EXECUTABLE to its path';
  const missing = 'the editor tests need a browser and none was found';
  await installFromDebian(['chromium'], { missing, wayOut, report });
  const installed = installedChromium();
  if (installed === undefined) throw new Error(`apt-get installed chromium, yet it is not on the PATH: ${wayOut}`);
  return installed;
}

function installedChromium(): string | undefined {
  const chosen = process.env['CHROMIUM_EXECUTABLE'];
  if (chosen !== undefined) return chosen;
  return names.map(onPath).find((file) => file !== undefined) ?? places.find((file) => existsSync(file));
}
