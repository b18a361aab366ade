import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { setting } from '../settings.ts';

const names = ['workers.yaml', 'workers.yml'];
const knownKey = 'files.known';

/**
 * The workers files of the window: those in the root of a folder and one level below it, those the setting
 * `hsu.workersFiles` names, and those that are open.
 */
export class WorkersFiles implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #files = new Map<string, vscode.Uri>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[] = [];
  #watchers: vscode.Disposable[] = [];
  #searches = 0;

  /** Those found last in this workspace, as `memory` has them, are there at once: to look for all takes the editor a while. */
  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    for (const file of this.#known) if (existsSync(file)) this.#files.set(file, vscode.Uri.file(file));
    this.#watch();
    this.#subscriptions.push(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.#watch();
        void this.find();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('hsu.workersFiles')) void this.find();
      }),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => this.#opened(uri)),
    );
  }

  get uris(): readonly vscode.Uri[] {
    return [...this.#files.values()];
  }

  has(uri: vscode.Uri): boolean {
    return this.#files.has(uri.fsPath);
  }

  /** Looks for them anew. Of searches that overlap, the last one knows best. */
  async find(): Promise<void> {
    const search = ++this.#searches;
    const folders = vscode.workspace.workspaceFolders ?? [];
    const found = (await Promise.all(folders.map(findIn))).flat();
    // A document may stay open after its file is gone.
    const open = await existing(vscode.workspace.textDocuments.map(({ uri }) => uri).filter(isWorkersFile));
    if (search !== this.#searches) return;
    this.#files.clear();
    for (const uri of [...found, ...open]) this.#files.set(uri.fsPath, uri);
    this.#changed.fire();
    const files = [...this.#files.keys()];
    if (files.join('\n') !== this.#known.join('\n')) await this.#memory.update(knownKey, files);
  }

  get #known(): readonly string[] {
    return this.#memory.get<readonly string[]>(knownKey, []);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions, ...this.#watchers, this.#changed).dispose();
  }

  #opened(uri: vscode.Uri): void {
    if (isWorkersFile(uri) && !this.has(uri)) void this.find();
  }

  #watch(): void {
    vscode.Disposable.from(...this.#watchers).dispose();
    this.#watchers = (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => [
      ...['', '*/'].map((below) => {
        const pattern = new vscode.RelativePattern(folder, `${below}{${names.join(',')}}`);
        const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
        watcher.onDidCreate(() => void this.find());
        watcher.onDidDelete(() => void this.find());
        return watcher;
      }),
      this.#watchFoldersBelow(folder),
    ]);
  }

  /** Where a folder comes or goes, often only its own coming or going is told, not that of the files in it. */
  #watchFoldersBelow(folder: vscode.WorkspaceFolder): vscode.Disposable {
    const pattern = new vscode.RelativePattern(folder, '*');
    const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
    watcher.onDidCreate(async (uri) => {
      if (!isLookedInto(nameOf(uri))) return;
      const inside = pick(uri, await list(uri));
      if (inside.some((file) => !this.has(file))) await this.find();
    });
    watcher.onDidDelete(({ path }) => {
      if (this.uris.some((uri) => uri.path.startsWith(`${path}/`))) void this.find();
    });
    return watcher;
  }
}

/** Named like a workers file and on a disk, where a master can run it. */
function isWorkersFile(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && names.includes(nameOf(uri));
}

function nameOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether workers files may stand in a folder of this name: neither an installed package's nor a tool's own. */
function isLookedInto(name: string): boolean {
  return name !== 'node_modules' && !name.startsWith('.');
}

async function findIn(folder: vscode.WorkspaceFolder): Promise<vscode.Uri[]> {
  if (folder.uri.scheme !== 'file') return [];
  const configured = setting('workersFiles', folder);
  const [named, direct] = await Promise.all([
    existing(configured.map((path) => vscode.Uri.joinPath(folder.uri, path))),
    inFolderAndBelow(folder.uri),
  ]);
  return [...direct, ...named];
}

async function inFolderAndBelow(root: vscode.Uri): Promise<vscode.Uri[]> {
  const entries = await list(root);
  const below = entries.filter(([name, type]) => (type & vscode.FileType.Directory) !== 0 && isLookedInto(name));
  const lists = await Promise.all(
    below.map(async ([name]) => {
      const folder = vscode.Uri.joinPath(root, name);
      return pick(folder, await list(folder));
    }),
  );
  return [...pick(root, entries), ...lists.flat()];
}

function pick(folder: vscode.Uri, entries: readonly [string, vscode.FileType][]): vscode.Uri[] {
  return entries
    .filter(([name, type]) => names.includes(name) && (type & vscode.FileType.File) !== 0)
    .map(([name]) => vscode.Uri.joinPath(folder, name));
}

/** What stands in a folder; nothing when it cannot be read. */
async function list(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  return Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
}

async function existing(uris: readonly vscode.Uri[]): Promise<vscode.Uri[]> {
  const checked = await Promise.all(
    uris.map((uri) =>
      Promise.resolve(vscode.workspace.fs.stat(uri)).then(
        () => uri,
        () => undefined,
      ),
    ),
  );
  return checked.filter((uri) => uri !== undefined);
}
