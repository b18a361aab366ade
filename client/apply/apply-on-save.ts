import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { environmentOf, overlayInForce } from '../environment/environment.ts';
import type { ApplyParams } from '../../master/protocol.ts';
import { carryOut, tellFailures } from '../commands/worker-commands.ts';
import { notify } from '../notify.ts';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { watchSwitch } from '../switch/watch-switch.ts';
import { restartOffer, type RestartOffer } from './restart-offer.ts';

/** How the master is to read the file from now on; what is absent stays as it is. */
export type ReadAs = Pick<ApplyParams, 'environment' | 'isolated'>;

const manifests = ['package.yaml', 'worker-package.yaml'];

/**
 * Saving a workers file, the overlay in force or a manifest its workers may use applies it; a restart that this asks for
 * is offered once.
 */
export class ApplyOnSave implements vscode.Disposable {
  readonly #client: () => Client;
  /** Questions that stand on the screen: the same is not asked twice. */
  readonly #asked = new Set<string>();
  readonly #subscription: vscode.Disposable;

  constructor(client: () => Client, masters: Masters, log: vscode.LogOutputChannel) {
    this.#client = client;
    this.#subscription = vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      const links = manifests.includes(uri.path.slice(uri.path.lastIndexOf('/') + 1))
        ? masters.links
        : masters.links.filter((link) => link.file === uri.fsPath || overlayInForce(link)?.fsPath === uri.fsPath);
      for (const link of links) {
        this.apply(link).catch((error: unknown) => {
          log.error(`${link.file} could not be applied: ${String(error)}`);
        });
      }
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /**
   * Applies the file as it is saved, read as is given; else with the environment of the setting, whose overlay may not have
   * been there when it was set; else as the master reads it.
   */
  async apply(link: MasterLink, read: ReadAs = environmentOfSetting(link.file)): Promise<void> {
    const plan = await link.ask((master) => master.apply({ dryRun: false, restart: false, ...read }));
    if (read.environment !== undefined) link.environment = read.environment ?? undefined;
    if (read.isolated !== undefined) link.isolated = read.isolated;
    const offer = restartOffer(plan, link.workers);
    if (offer) await this.#offer(link, offer);
  }

  async #offer(link: MasterLink, { ids, switched, canSwap, question }: RestartOffer): Promise<void> {
    const key = `${link.file}#${ids.join('#')}`;
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    try {
      const restart = vscode.l10n.t('Restart');
      const swap = vscode.l10n.t('Swap');
      const answers = [restart, ...(canSwap ? [swap] : []), vscode.l10n.t('Later')];
      const chosen = await notify('restart', 'information', question, ...answers);
      if (chosen !== restart && chosen !== swap) return;
      const client = this.#client();
      const watch = await watchSwitch(client, link, switched);
      const refs = ids.map((id) => ({ file: link.file, id }));
      const ordered = carryOut(client, chosen === swap ? 'swap' : 'restart', refs);
      const outcomes = await ordered.finally(() => watch.ordered());
      await tellFailures(client, outcomes);
    } finally {
      this.#asked.delete(key);
    }
  }
}

function environmentOfSetting(file: string): ReadAs {
  const environment = environmentOf(file);
  return environment === undefined ? {} : { environment };
}
