import * as vscode from 'vscode';
import type { PackageList } from '../../master/protocol.ts';
import type { Masters } from '../master/masters.ts';
import { setting } from '../settings.ts';
import { type InstalledNode, packageItem, type PackageNode } from './package-nodes.ts';

/** What is installed beside each workers file, and what could be; asked for when the view is shown, and after changes. */
export class PackagesView implements vscode.TreeDataProvider<PackageNode>, vscode.Disposable {
  readonly #masters: Masters;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<PackageNode>;
  /** What was last found; undefined before it was asked for. */
  #groups: PackageNode[] | undefined;
  #looks = 0;
  /** Something may have changed while nobody looked. */
  #isStale = false;
  /** Every row shown so far, by what it shows. */
  readonly #known = new Map<string, PackageNode>();
  readonly #subscriptions: { dispose(): void }[];

  constructor(masters: Masters) {
    this.#masters = masters;
    this.#view = vscode.window.createTreeView('hsu.packages', { treeDataProvider: this });
    this.#subscriptions = [
      masters.onDidAdd(() => this.refresh()),
      masters.onDidRemove(() => this.refresh()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('hsu.packages.repositories')) this.refresh();
      }),
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible && this.#isStale) this.refresh();
      }),
      this.#view,
      this.#changed,
    ];
  }

  /** The rows stay until the new ones are known: VS Code forgets those that it waits for, and with them whose menu it shows. */
  refresh(): void {
    this.#isStale = !this.#view.visible && this.#looks > 0;
    if (this.#view.visible) void this.#look().then(() => this.#changed.fire(undefined));
  }

  getTreeItem(node: PackageNode): vscode.TreeItem {
    return packageItem(node);
  }

  async installed(): Promise<readonly InstalledNode[]> {
    const groups = await this.#look();
    return groups
      .flatMap((group) => (group.kind === 'group' ? group.nodes : []))
      .filter((node): node is InstalledNode => node.kind === 'installed');
  }

  getChildren(node?: PackageNode): PackageNode[] | Promise<PackageNode[]> {
    if (node) return node.kind === 'group' ? [...node.nodes] : [];
    return this.#groups ?? this.#look();
  }

  /** Asks all masters. Of questions that overlap, the last one has the answer. */
  async #look(): Promise<PackageNode[]> {
    const look = ++this.#looks;
    const several = this.#masters.links.length > 1;
    const problems: string[] = [];
    const groups = await Promise.all(
      this.#masters.links.map(async (link): Promise<readonly PackageNode[]> => {
        try {
          const list = await link.ask((master) => master.packages(repositoriesOf(link.file)));
          problems.push(...list.problems);
          return groupsOf(link.file, list, several ? ` (${vscode.workspace.asRelativePath(link.file)})` : '');
        } catch (error) {
          problems.push(error instanceof Error ? error.message : String(error));
          return [];
        }
      }),
    );
    const found = groups.flat().map((group) => this.#kept(group));
    if (look !== this.#looks) return this.#groups ?? found;
    this.#view.message = problems.join(' ');
    this.#groups = found;
    return found;
  }

  /** What has not changed stays the object it was, so that menus and buttons keep the row they were opened on. */
  #kept(node: PackageNode): PackageNode {
    const whole = node.kind === 'group' ? { ...node, nodes: node.nodes.map((one) => this.#kept(one)) } : node;
    const key = JSON.stringify(whole);
    const known = this.#known.get(key);
    if (known) return known;
    this.#known.set(key, whole);
    return whole;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

export function repositoriesOf(file: string): readonly string[] {
  return setting('packages.repositories', vscode.Uri.file(file));
}

function groupsOf(file: string, { installed, available }: PackageList, suffix: string): readonly PackageNode[] {
  const offers = available.filter(
    ({ name, version }) => !installed.some((one) => isOf(name, one.name) && one.version === version),
  );
  const group = (label: string, nodes: readonly PackageNode[]): readonly PackageNode[] =>
    nodes.length === 0 ? [] : [{ kind: 'group', file, label: `${label}${suffix}`, nodes }];
  return [
    ...group(
      vscode.l10n.t('Installed'),
      installed.map((info) => ({ kind: 'installed', file, info })),
    ),
    ...group(
      vscode.l10n.t('Available'),
      offers.map((offer) => ({ kind: 'available', file, offer })),
    ),
  ];
}

/** A repository's name may have a scope that the package itself has not. */
function isOf(offered: string, installed: string): boolean {
  return offered === installed || offered.endsWith(`/${installed}`);
}
