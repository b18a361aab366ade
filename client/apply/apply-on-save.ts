import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { environmentOf, overlayInForce } from '../environment/environment.ts';
import { order } from '../commands/worker-commands.ts';
import { notify } from '../notify.ts';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters } from '../master/masters.ts';
import { watchSwitch } from '../switch/watch-switch.ts';
import { restartOffer, type RestartOffer } from './restart-offer.ts';

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
   * Applies the file as it is saved, with the environment that is given, null for none; else with the one of the setting,
   * whose overlay may not have been there when it was set; else with the one the master has.
   */
  async apply(link: MasterLink, environment: string | null | undefined = environmentOf(link.file)): Promise<void> {
    const laid = environment === undefined ? {} : { environment };
    const plan = await link.ask((master) => master.apply({ dryRun: false, restart: false, ...laid }));
    if (environment !== undefined) link.environment = environment ?? undefined;
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
      await Promise.all(switched.map((id) => watchSwitch(this.#client(), { file: link.file, id })));
      await order(
        this.#client(),
        chosen === swap ? 'swap' : 'restart',
        ids.map((id) => ({ file: link.file, id })),
      );
    } finally {
      this.#asked.delete(key);
    }
  }
}
