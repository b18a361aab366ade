import { createVSIX } from '@vscode/vsce';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errors, type Locator, type Page } from 'playwright-core';
import manifest from '../../package.json' with { type: 'json' };
import { chooseEditorHost } from '../editor-host/choose-editor-host.ts';
import { copyExample } from './example-copy.ts';
import { until } from './until.ts';

export interface WorkbenchSetup {
  /** Copied, so that a test may change it; by default the example, on free ports. */
  readonly folder?: string;
  /** Changes the copy before it is opened. */
  readonly prepare?: (folder: string) => Promise<void>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly trusted?: boolean;
  /** Folders of extensions that are packed and installed beside ours. */
  readonly extensions?: readonly string[];
  readonly size?: { readonly width: number; readonly height: number };
}

/** How long is waited for what a window is to show, in milliseconds. */
const patienceMs = 60_000;

/** A window of VS Code, and what a person does at it. */
export interface WorkbenchWindow {
  readonly page: Page;
  /** Shows our view in the side bar. */
  showView(): Promise<void>;
  /** Tree rows whose accessible name begins like this. */
  row(name: string): Locator;
  /** Follows a link in an editor: a click with Ctrl held. */
  followLink(link: Locator): Promise<void>;
  /** Resolves once the trees of the side bar have these rows and no others, told by how their names begin. */
  rowsAre(names: readonly string[]): Promise<void>;
  /** A button that appears on a row while the mouse is over it. */
  clickInRow(name: string, button: string | RegExp): Promise<void>;
  /** Chooses from the menu of a row. */
  chooseInRow(name: string, entry: string): Promise<void>;
  /** Chooses from the menu that is open. */
  choose(entry: string): Promise<void>;
  /** Drags a row with the mouse onto another, and lets go once that one shows that it takes it. */
  dragRow(name: string, onto: string): Promise<void>;
  /** Opens a file of the folder in an editor. */
  open(file: string): Promise<void>;
  /** Code lenses with this text, in the order of the document. */
  lens(text: string | RegExp): Locator;
  /** Underlined places of the shown editor. */
  squiggles(severity: 'error' | 'warning' | 'info'): Locator;
  /** Places the caret, lines and columns counted from 1, and types as a person would. */
  typeAt(line: number, column: number, text: string): Promise<void>;
  /** Places the caret at the start of a line, counted from 1. */
  goToLine(line: number): Promise<void>;
  /** Runs a command of the palette by its title. */
  run(title: string): Promise<void>;
  /** Starts a configuration of launch.json, or a compound of them, by its name. */
  debug(name: string): Promise<void>;
  /** Notifications whose text contains this. */
  notification(text: string | RegExp): Locator;
  /** Saves what the window shows as .cache/screenshots/<name>.png, and says where. */
  screenshot(name: string): Promise<string>;
}

/** A real VS Code with the packaged extension installed, and its window on a copy of a folder. */
export interface Workbench extends WorkbenchWindow {
  /** The opened copy. */
  readonly folder: string;
  /** The process that the extension host descends from. */
  readonly pid: number;
  /** Another window of the same editor, on a folder, the URI of one, or a `.code-workspace` file. */
  openWindow(workspace: string): Promise<WorkbenchWindow>;
  /** Saves what each open window shows, and says where. */
  screenshots(name: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * Gives the suite around it a window of its own, opened before its tests and closed after them. A test that fails leaves
 * a screenshot of every window, named after itself.
 */
export function useWorkbench(setup: WorkbenchSetup = {}): () => Workbench {
  let opened: Workbench | undefined;
  const workbench = () => {
    if (opened === undefined) throw new Error('the workbench is open only while tests run');
    return opened;
  };
  before(async function () {
    this.timeout(120_000);
    opened = await openWorkbench(setup);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const files = await workbench().screenshots(`failed ${this.currentTest.fullTitle()}`);
    for (const file of files) console.log(`screenshot: ${file}`);
  });
  after(() => opened?.close());
  return workbench;
}

/** Opens a window that the caller closes. */
export async function openWorkbench(setup: WorkbenchSetup = {}): Promise<Workbench> {
  const host = await chooseEditorHost((line) => console.log(line));
  const temporary = await mkdtemp(path.join(tmpdir(), 'hsu-workspace-'));
  const folder = await copyFolder(setup.folder, temporary);
  await setup.prepare?.(folder);
  const editor = await host.openWorkbench({
    workspace: folder,
    vsix: [
      packagedExtension(),
      ...(await Promise.all((setup.extensions ?? []).map((each) => packed(each, temporary)))),
    ],
    settings: setup.settings ?? {},
    trusted: setup.trusted ?? true,
    size: setup.size ?? { width: 1280, height: 800 },
  });
  return {
    ...(await windowOf(editor.page, folder)),
    folder,
    pid: editor.pid,
    openWindow: async (opened) => windowOf(await editor.openWindow(opened), path.dirname(opened)),
    screenshots: async (name) => {
      const open = editor.page.context().pages();
      return Promise.all(open.map((page, at) => saveScreenshot(page, at === 0 ? name : `${name} window ${at + 1}`)));
    },
    close: async () => {
      await editor.close();
      await rm(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** `folder` is where the files it opens are. */
async function windowOf(page: Page, folder: string): Promise<WorkbenchWindow> {
  page.setDefaultTimeout(patienceMs);
  const viewTab = page.locator('.activitybar').getByRole('tab', { name: manifest.displayName });
  // Shown once the workbench has read the extension; the palette lists no command of it before.
  await viewTab.waitFor();

  const row = (name: string) => page.getByRole('treeitem', { name: new RegExp(`^${escaped(name)}`) });
  // The tooltip of the row that the mouse rests on may cover the next one, and stays until the mouse moves.
  const leaveRows = () => page.mouse.move(0, 0);
  const choose = async (entry: string) => {
    // By the keyboard: a menu takes no click in its first moments, lest the one that opened it count twice.
    // Its name ends with its keys, where it has some.
    await page.getByRole('menuitem', { name: new RegExp(`^${escaped(entry)}(\\s*(Ctrl|⌃|⌥|⌘).*)?$`) }).hover();
    await page.keyboard.press('Enter');
  };
  const quickInput = page.locator('.quick-input-widget input');
  const pick = async (key: string, text: string, entry: string | RegExp) => {
    // The list may still show what it held before, so the entry is chosen by its text. It is filled once, when it opens:
    // a command that becomes possible meanwhile shows up in the next one. It closes when something else takes the focus.
    const chosen = page.locator('.quick-input-list .monaco-list-row', { hasText: entry }).first();
    const isChosen = async () => {
      await page.keyboard.press(key);
      try {
        await quickInput.fill(text, { timeout: 5_000 });
        await chosen.click({ timeout: 5_000 });
        return true;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError)) throw error;
        await page.keyboard.press('Escape');
        return false;
      }
    };
    await until(isChosen, `"${entry.toString()}" to be listed for "${text}"`, patienceMs);
    await quickInput.waitFor({ state: 'hidden' });
  };

  return {
    page,
    row,
    showView: async () => {
      const shown = viewTab.and(page.locator('[aria-selected="true"]'));
      // A click on the view that a reloaded window has just brought back by itself hides it.
      await until(
        async () => {
          if ((await shown.count()) > 0) return true;
          await viewTab.click();
          return isThere(shown);
        },
        'our view to be shown',
        patienceMs,
      );
    },
    rowsAre: async (names) => {
      let labels: readonly string[] = [];
      await until(
        async () => {
          labels = await page.evaluate<readonly string[]>(namesOfRows);
          return labels.length === names.length && names.every((name, at) => labels[at]?.startsWith(name));
        },
        () => `the rows ${names.join(' | ')}; there were ${labels.join(' | ')}`,
        patienceMs,
      );
    },
    clickInRow: async (name, button) => {
      await leaveRows();
      await row(name).hover();
      await row(name).getByRole('button', { name: button }).click();
    },
    chooseInRow: async (name, entry) => {
      await leaveRows();
      await row(name).click({ button: 'right' });
      await choose(entry);
    },
    choose,
    followLink: async (link) => {
      // The editor draws a link anew when Ctrl is pressed over it: what was aimed at is no longer there to be clicked.
      const box = await boxOf(link, 'the link');
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.keyboard.down('Control');
      try {
        await page.locator('.monaco-editor .detected-link-active').first().waitFor();
        await page.mouse.down();
        await page.mouse.up();
      } finally {
        await page.keyboard.up('Control');
      }
    },
    dragRow: async (name, onto) => {
      const target = page.locator('.drop-target').and(row(onto));
      const taken = async () => {
        await leaveRows();
        // VS Code forgets the rows below one that it draws anew until it asks for them again: what is dragged then is lost.
        await page.evaluate(sideBarStandsStill);
        const [from, to] = [await boxOf(row(name), name), await boxOf(row(onto), onto)];
        await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
        await page.mouse.down();
        // The first move over a row only enters it; the next asks it whether it takes what is dragged.
        await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2);
        await page.mouse.move(to.x + to.width / 2 + 5, to.y + to.height / 2, { steps: 2 });
        if (await isThere(target)) return true;
        // A row that is drawn anew just after it was pressed is not dragged. Nothing is dropped where it was taken from.
        await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
        await page.mouse.up();
        return false;
      };
      await until(taken, `${onto} to take ${name}`, patienceMs);
      await page.mouse.up();
    },
    open: async (file) => {
      await pick('Control+KeyP', path.join(folder, file), path.basename(file));
      await page.locator('.tab.active', { hasText: path.basename(file) }).waitFor();
    },
    lens: (text) => page.locator('.monaco-editor .codelens-decoration a', { hasText: text }),
    squiggles: (severity) => page.locator(`.monaco-editor .squiggly-${severity}`),
    typeAt: async (line, column, text) => {
      await pick('Control+KeyG', `:${line}:${column}`, new RegExp(`line ${line}`, 'i'));
      await page.keyboard.type(text);
    },
    goToLine: (line) => pick('Control+KeyG', `:${line}`, new RegExp(`line ${line}`, 'i')),
    run: (title) => pick('F1', `>${title}`, title),
    debug: (name) => pick('Control+KeyP', `debug ${name}`, name),
    notification: (text) => page.locator('.notification-list-item', { hasText: text }),
    screenshot: (name) => saveScreenshot(page, name),
  };
}

async function boxOf(shown: Locator, name: string): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await shown.boundingBox();
  if (box === null) throw new Error(`${name} is not shown`);
  return box;
}

async function saveScreenshot(page: Page, name: string): Promise<string> {
  const file = path.join(ROOT_FOLDER, '.cache', 'screenshots', `${name.replaceAll(/[^\w.-]+/g, '-')}.png`);
  await mkdir(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file });
  return file;
}

async function isThere(locator: Locator): Promise<boolean> {
  try {
    await locator.waitFor({ timeout: 2_000 });
    return true;
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    return false;
  }
}

/** What `npm run package` made. */
export function packagedExtension(): string {
  const vsix = path.join(ROOT_FOLDER, `${manifest.name}-${manifest.version}.vsix`);
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: run \`npm run package\` first`);
  return vsix;
}

async function packed(extension: string, into: string): Promise<string> {
  const vsix = path.join(into, `${path.basename(extension)}.vsix`);
  await createVSIX({
    cwd: extension,
    packagePath: vsix,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return vsix;
}

async function copyFolder(source: string | undefined, parent: string): Promise<string> {
  if (source === undefined) return copyExample(parent);
  const copy = path.join(parent, path.basename(source));
  await cp(source, copy, { recursive: true });
  return copy;
}

/** In the page: resolves when nothing of the side bar has changed for longer than counts of rows may wait to be drawn. */
const sideBarStandsStill = `
  new Promise((resolve) => {
    let timer;
    const observer = new MutationObserver(() => begin());
    const begin = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        observer.disconnect();
        resolve();
      }, 2500);
    };
    observer.observe(document.querySelector('.sidebar'), { subtree: true, childList: true, attributes: true });
    begin();
  })
`;

/** In the page: the names of rows from top to bottom, which is not their order in the document. */
const namesOfRows = `
  [...document.querySelectorAll('.sidebar [role=treeitem]')]
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .map((row) => row.ariaLabel ?? '')
`;

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
