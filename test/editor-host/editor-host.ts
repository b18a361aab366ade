import type { Page } from 'playwright-core';

/** A real VS Code that tests drive: desktop VS Code, or code-server in a browser. */
export interface EditorHost {
  /** One line for people: which editor, and why this one. */
  readonly description: string;
  /** Runs the bundled suite inside the extension host; resolves to its exit code. */
  runSuite(run: SuiteRun): Promise<number>;
  /** Opens the workbench with a packaged extension installed, as its users have it. */
  openWorkbench(options: WorkbenchOptions): Promise<OpenWorkbench>;
}

export interface SuiteRun {
  /** The folder opened as workspace. */
  readonly workspace: string;
  /** The root of the extension that is loaded from its sources. */
  readonly extension: string;
  /** The module whose `run()` is the suite. */
  readonly suite: string;
  /** Reaches the extension host's environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface WorkbenchOptions {
  readonly workspace: string;
  /** The extensions that are installed. */
  readonly vsix: readonly string[];
  /** User settings beside those that keep the workbench quiet. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** In CSS pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** Whether the folder is trusted from the start; otherwise VS Code asks. */
  readonly trusted: boolean;
}

export interface OpenWorkbench {
  readonly page: Page;
  /** Another window of the same editor, on a folder, the URI of one, or a `.code-workspace` file. */
  openWindow(workspace: string): Promise<Page>;
  /** The process that the extension host descends from. */
  readonly pid: number;
  /** Ends the editor and all its processes, and deletes its data. */
  close(): Promise<void>;
}

/** One line of progress for people. */
export type Report = (line: string) => void;
