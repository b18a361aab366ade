import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { workerWhen } from './master-of.ts';
import type { Workbench } from './workbench.ts';

/** What a person does with the debugger of the editor, in one source file of the folder. */
export interface DebuggerPane {
  /** Sets a breakpoint at the line with this text, or takes it away. */
  toggleBreakpoint(text: string): Promise<void>;
  /** Ends what a failed test left: a session, its breakpoints. */
  tidy(): Promise<void>;
  /** Resolves once the editor shows that it stopped at the line with this text. */
  stoppedAt(text: string): Promise<void>;
  /** Resolves once a scope shows a variable. */
  variable(scope: RegExp, name: RegExp): Promise<void>;
  /** Asks until a question stands at this text: a debugger takes its time to get in. Resolves with its answer to come. */
  held(text: string, ask: () => Promise<string>): Promise<{ readonly answer: Promise<string> }>;
  /** Goes on to the end of what is being done. */
  proceed(): Promise<void>;
  /** Ends the session, by the keyboard. */
  detach(id: string): Promise<void>;
}

export function debuggerPane(workbench: () => Workbench, file: string): DebuggerPane {
  const lineOf = async (text: string) =>
    (await readFile(path.join(workbench().folder, file), 'utf8')).split('\n').findIndex((line) => line.includes(text)) +
    1;
  const stoppedAt = async (text: string) => {
    const { page } = workbench();
    await page.locator('.debug-top-stack-frame-line').waitFor();
    // The line is drawn a moment before the keys mean the session that stands there.
    await page
      .locator('.debug-toolbar')
      .getByRole('button', { name: /^Continue/ })
      .first()
      .waitFor();
    const caret = new RegExp(`^Ln ${await lineOf(text)},`);
    await page.locator('.part.statusbar').getByRole('button', { name: caret }).waitFor();
  };

  return {
    toggleBreakpoint: async (text) => {
      await workbench().open(file);
      await workbench().goToLine(await lineOf(text));
      await workbench().page.keyboard.press('F9');
    },
    tidy: async () => {
      const { open, page, run } = workbench();
      await open(file);
      if (await page.locator('.debug-toolbar').isVisible()) await run('Debug: Stop');
      if ((await page.locator('.codicon-debug-breakpoint').count()) > 0) await run('Debug: Remove All Breakpoints');
    },
    stoppedAt,
    held: async (text, ask) => {
      const stopped = stoppedAt(text).then(() => true);
      for (;;) {
        const answer = ask();
        if (await Promise.race([stopped, answer.then(() => false)])) return { answer };
      }
    },
    variable: async (scope, name) => {
      const { page } = workbench();
      const row = page.getByRole('treeitem', { name: scope }).first();
      await row.waitFor();
      if ((await row.getAttribute('aria-expanded')) === 'false') await row.click();
      await page.getByRole('treeitem', { name }).first().waitFor();
    },
    proceed: async () => {
      const { page } = workbench();
      await page.keyboard.press('F5');
      await page.locator('.debug-top-stack-frame-line').waitFor({ state: 'detached' });
    },
    detach: async (id) => {
      const { folder, page } = workbench();
      await page.keyboard.press('Shift+F5');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
      await workerWhen(folder, id, ({ debugging }) => !debugging);
    },
  };
}
