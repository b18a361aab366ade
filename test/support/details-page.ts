import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, FrameLocator, Page } from 'playwright-core';

/** The page of a worker's details inside the workbench: the shown one. */
export function detailsPage(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

/** Violations of accessibility that axe-core finds in the shown details: "rule: what it found where". */
export async function violationsIn(page: Page): Promise<readonly string[]> {
  const frame = await frameOf(page);
  const axe = await readFile(path.join(ROOT_FOLDER, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
  await frame.evaluate(axe);
  const { passes, violations } = await frame.evaluate<AxeResult>('axe.run(document)');
  if (passes.length === 0) throw new Error('axe-core looked at nothing');
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes
        .slice(0, 5)
        .map(({ html }) => html)
        .join('; ')} (${nodes.length} places)`,
  );
}

/** How many pixels are painted on the graph of the shown details that has the fewest; 0 while one is missing. */
export async function fewestPainted(page: Page): Promise<number> {
  const frame = await frameOf(page);
  const counts = await frame.evaluate<number[]>(`[...document.querySelectorAll('canvas')].map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((painted, value, at) => painted + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
  })`);
  return counts.length < 4 ? 0 : Math.min(...counts);
}

interface AxeResult {
  readonly passes: readonly unknown[];
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

async function frameOf(page: Page): Promise<Frame> {
  const handle = await page.frameLocator('iframe.webview.ready').locator('iframe#active-frame').elementHandle();
  const frame = await handle?.contentFrame();
  if (!frame) throw new Error('no details are shown');
  return frame;
}
