import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';

// Draws the marketplace's icon, which must be a PNG, from its SVG: `npm run icon`.
drawIcon().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function drawIcon(): Promise<void> {
  const browser = await chromium.launch({
    executablePath: await findChromium((line) => console.log(line)),
    // The page is our own; as root, Chromium's sandbox refuses to start.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
    await page.setContent(
      `<body style="margin: 0">${await readFile(path.join(ROOT_FOLDER, 'media', 'icon.svg'), 'utf8')}`,
    );
    await page.screenshot({ path: path.join(ROOT_FOLDER, 'media', 'icon.png'), omitBackground: true });
  } finally {
    await browser.close();
  }
}
