import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

const manifest = (name: string) =>
  `name: ${name}\nversion: 1.0.0\nsupported_types: [module]\nmodule: { module_path: m.js }\n`;

async function prepare(folder: string): Promise<void> {
  for (const place of ['packages/near', 'shelf/offered']) {
    await mkdir(path.join(folder, place), { recursive: true });
    await writeFile(path.join(folder, place, 'package.yaml'), manifest(path.basename(place)));
  }
  await writeFile(path.join(folder, 'workers.yaml'), 'workers:\n  - id: a\n    type: module\n    package: \n');
}

describe('packages of repositories in the editor', function () {
  this.timeout(120_000);
  const settings = { 'hsu.packages.repositories': ['shelf'] };

  for (const trusted of [true, false]) {
    describe(trusted ? 'in a trusted workspace' : 'in a workspace that is not trusted', () => {
      const workbench = useWorkbench({ trusted, prepare, settings });

      it(trusted ? 'are completed beside those that are installed' : 'are not looked for', async () => {
        const { open, page, squiggles, typeAt } = workbench();
        await open('workers.yaml');
        // The language server is at work.
        await squiggles('error').first().waitFor();
        await typeAt(4, 14, '');
        const rows = page.locator('.suggest-widget.visible .monaco-list-row');
        const shown = async () => {
          await page.keyboard.press('Control+Space');
          await rows.filter({ hasText: 'near:1.0.0' }).waitFor();
          const isOffered = (await rows.filter({ hasText: 'offered:1.0.0' }).count()) > 0;
          await page.keyboard.press('Escape');
          await rows.first().waitFor({ state: 'detached' });
          return isOffered;
        };
        // An answer is not kept waiting for a repository that takes its time: the next one knows what it has.
        if (trusted) await until(shown, 'what the repository has to be among the completions');
        else assert.equal(await shown(), false);
      });
    });
  }
});
