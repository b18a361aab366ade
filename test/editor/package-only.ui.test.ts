import assert from 'node:assert/strict';
import path from 'node:path';
import { useWorkbench } from '../support/workbench.ts';

describe('a folder with packages and no workers file', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ folder: path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'package-only') });

  it("has its own package.yaml understood, in whatever style it is written, and another tool's package.yml left alone", async () => {
    const { page, open, squiggles } = workbench();
    const language = (name: string) =>
      page.locator('.part.statusbar').getByRole('button', { name, exact: true }).waitFor();
    await open('other/package.yml');
    await language('YAML');
    await open('package.yaml');
    await language('HSU Package');
    await squiggles('error').first().waitFor();
    // What was asked first has been answered by now.
    await open('other/package.yml');
    await language('YAML');
    await page.locator('.monaco-editor .view-line', { hasText: 'library:' }).waitFor();
    for (const severity of ['error', 'warning'] as const) assert.equal(await squiggles(severity).count(), 0);
  });
});
