import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { startCodeServer } from './code-server.ts';
import type { EditorHost, SuiteRun, WorkbenchOptions } from './editor-host.ts';
import type { CodeServer } from './install-code-server.ts';

/** How long an editor may take to load into its page, on a slow machine. Milliseconds. */
const navigationMs = 60_000;

/** VS Code's server with a real Node extension host, its workbench in a headless browser. */
export function browserHost(codeServer: CodeServer, browser: string, why: string): EditorHost {
  return {
    description: `code-server ${codeServer.version} in ${browser} (${why})`,
    runSuite: (run) => runSuite(codeServer, browser, run),
    openWorkbench: async (options) => openWorkbench(codeServer, browser, options),
  };
}

async function runSuite(codeServer: CodeServer, browser: string, run: SuiteRun): Promise<number> {
  const server = await startCodeServer(codeServer, {
    install: [],
    settings: {},
    smokeTestDriver: true,
    trustAll: true,
    env: run.env,
  });
  const context = await startBrowser(browser, { width: 1280, height: 800 });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const exitCode = new Promise<number>((resolve, reject) => {
      page.on('crash', () => reject(new Error('the browser page of the editor crashed')));
      // The workbench calls these two; the suite's own lines come through its reporter.
      void page.exposeFunction('codeAutomationExit', resolve);
      void page.exposeFunction('codeAutomationLog', () => {});
    });
    await page.goto(
      server.url(run.workspace, [
        ['extensionDevelopmentPath', server.uri(run.extension)],
        ['extensionTestsPath', server.uri(run.suite)],
      ]),
    );
    return await exitCode;
  } finally {
    await context.close();
    await server.stop();
  }
}

async function openWorkbench(codeServer: CodeServer, browser: string, options: WorkbenchOptions) {
  const server = await startCodeServer(codeServer, {
    install: options.vsix,
    settings: options.settings,
    smokeTestDriver: false,
    trustAll: options.trusted,
    env: {},
  });
  const context = await startBrowser(browser, options.size);
  const open = async (page: Page, workspace: string) => {
    await page.goto(server.url(workspace));
    // An editor in the browser that gets to read such a file late shows no folder of it, and never will.
    if (workspace.endsWith('.code-workspace')) while (await isWithoutFolder(page)) await page.reload();
    return page;
  };
  return {
    page: await open(context.pages()[0] ?? (await context.newPage()), options.workspace),
    openWindow: async (workspace: string) => open(await context.newPage(), workspace),
    pid: server.pid,
    close: async () => {
      await context.close();
      await server.stop();
    },
  };
}

/** Once the explorer says what it has. */
async function isWithoutFolder(page: Page): Promise<boolean> {
  const nothing = page.locator('.explorer-viewlet').getByText('You have not yet added a folder to the workspace.');
  const folders = page.locator('.explorer-folders-view [role=treeitem]');
  await nothing.or(folders).first().waitFor({ timeout: 60_000 });
  return nothing.isVisible();
}

async function startBrowser(executablePath: string, viewport: WorkbenchOptions['size']): Promise<BrowserContext> {
  const profile = await mkdtemp(path.join(tmpdir(), 'hsu-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport,
    // The page is our own server's; as root, Chromium's sandbox refuses to start.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
  });
  context.setDefaultNavigationTimeout(navigationMs);
  context.on('close', () => void rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return context;
}
