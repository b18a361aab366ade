import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { switchDeployments } from '../switch/switch-deployment.ts';
import type { Node, WorkerNode } from './nodes.ts';

const kind = 'application/vnd.code.tree.hsu.workers';

/** Dragging workers onto the other group switches their deployment; the menu and the palette do the same. */
export class WorkersDrop implements vscode.TreeDragAndDropController<Node> {
  readonly dragMimeTypes = [kind];
  readonly dropMimeTypes = [kind];
  readonly #client: () => Client;

  constructor(client: () => Client) {
    this.#client = client;
  }

  handleDrag(nodes: readonly Node[], data: vscode.DataTransfer): void {
    const workers = nodes.filter((node): node is WorkerNode => node.kind === 'worker');
    if (workers.length === 0) return;
    data.set(kind, new vscode.DataTransferItem(workers.map(({ file, id }) => ({ file, id }))));
  }

  async handleDrop(target: Node | undefined, data: vscode.DataTransfer): Promise<void> {
    const to = target?.kind === 'file' ? undefined : target?.deployment;
    const refs: unknown = data.get(kind)?.value;
    if (!target || !to || !Array.isArray(refs)) return;
    const here = (refs as { file: string; id: string }[]).filter(({ file }) => file === target.file);
    await switchDeployments(this.#client(), here, to);
  }
}
