import * as vscode from 'vscode';
import type { Outcome } from '../../master/protocol.ts';
import type { Client } from '../client.ts';
import type { WorkerRef } from '../master/masters.ts';
import { type Ability, can, urlOf } from '../views/worker-abilities.ts';
import { byFile, targetsOf } from './command-target.ts';
import { pickWorkers } from './pick-workers.ts';
import { profileWorker } from '../profile/profile-worker.ts';
import { linkOf } from '../environment/environment.ts';
import { switchDeployments } from '../switch/switch-deployment.ts';

export type Order = 'start' | 'stop' | 'restart' | 'swap';

type Handler = (client: Client, ...parameters: unknown[]) => Promise<void> | void;

/** What a key of the view gives its command: it means the selected rows. */
const selected = 'selected';

/** Every command of a worker. Each takes rows, `selected`, a URI and an id, or nothing: then it asks. */
export const workerCommands: Readonly<Record<string, Handler>> = {
  'hsu.worker.start': ordering('start', 'canStart', 'Start'),
  'hsu.worker.stop': ordering('stop', 'canStop', 'Stop'),
  'hsu.worker.restart': ordering('restart', 'canRestart', 'Restart'),
  'hsu.worker.swap': ordering('swap', 'canSwap', 'Swap Without a Gap'),
  'hsu.worker.debug': forEach('canDebug', 'Debug', (client, ref) => client.debugging.debug(ref, false)),
  'hsu.worker.debugFromStart': forEach('canDebug', 'Restart and Debug from the First Line', (client, ref) =>
    client.debugging.debug(ref, true),
  ),
  'hsu.worker.recordProfile': forEach('canProfile', 'Record CPU Profile', (client, ref) =>
    profileWorker(client, ref, 'cpu'),
  ),
  'hsu.worker.takeHeapSnapshot': forEach('canProfile', 'Take Heap Snapshot', (client, ref) =>
    profileWorker(client, ref, 'heap'),
  ),
  'hsu.worker.switchDeployment': switching('Switch Deployment'),
  'hsu.worker.switchToProcess': switching('Switch to Process', 'process'),
  'hsu.worker.switchToModule': switching('Switch to Module', 'module'),
  'hsu.worker.showDetails': forEach('any', 'Show Details', (client, ref) => client.details.show(ref)),
  'hsu.worker.showLogs': forEach('any', 'Show Logs', (client, ref) => client.logs.show(ref)),
  'hsu.worker.showFailureLogs': forEach('hasFailure', 'Show Logs Around the Failure', (client, ref) =>
    client.logDocuments.showFailure(ref),
  ),
  'hsu.worker.reveal': forEach('any', 'Reveal in Workers View', (client, { file, id }) => client.view.reveal(file, id)),
  'hsu.worker.openInFile': forEach('any', 'Show in File', openInFile),
  'hsu.worker.openEndpoint': forEach('canOpen', 'Open in Browser', async (client, ref) => {
    const url = endpoint(client, ref);
    if (url) await vscode.env.openExternal(vscode.Uri.parse(url));
  }),
  'hsu.worker.copyEndpoint': forEach('canOpen', 'Copy URL', async (client, ref) => {
    const url = endpoint(client, ref);
    if (url) await vscode.env.clipboard.writeText(url);
  }),
};

function switching(title: string, to?: 'process' | 'module'): Handler {
  return async (client, ...parameters) => {
    await switchDeployments(client, await targets(client, parameters, 'canSwitch', title, true), to);
  };
}

/** A command that is one request to the masters of its workers. */
function ordering(what: Order, ability: Ability, title: string): Handler {
  return async (client, ...parameters) => {
    const refs = await targets(client, parameters, ability, title, true);
    await order(client, what, refs);
  };
}

/** Sends one request to the masters concerned, with progress in the view, and says what did not come about. */
export async function order(client: Client, what: Order, refs: readonly WorkerRef[]): Promise<void> {
  if (refs.length > 0) await tellFailures(client, await carryOut(client, what, refs));
}

type OutcomeOfFile = Outcome & Pick<WorkerRef, 'file'>;

/** Sends one request to the masters concerned, with progress in the view. */
export async function carryOut(
  client: Client,
  what: Order,
  refs: readonly WorkerRef[],
): Promise<readonly OutcomeOfFile[]> {
  const outcomes = await vscode.window.withProgress({ location: { viewId: 'hsu.workers' } }, () =>
    Promise.all(
      [...byFile(refs)].map(async ([file, ids]) => {
        const answer: readonly Outcome[] = await client.masters.add(file).ask((master) => master[what](ids));
        return answer.map((outcome) => ({ ...outcome, file }));
      }),
    ),
  );
  return outcomes.flat();
}

/** Says what did not come about, until somebody has read it. */
export async function tellFailures(client: Client, outcomes: readonly OutcomeOfFile[]): Promise<void> {
  const failures = outcomes.filter(({ ok }) => !ok);
  const [first] = failures;
  if (!first) return;
  const showLogs = vscode.l10n.t('Show Logs');
  const chosen = await vscode.window.showErrorMessage(failures.map(({ message }) => message).join(' '), showLogs);
  if (chosen === showLogs) await showWhatWasSaid(client, { file: first.file, id: first.id });
}

/** Around its failure where it has one. */
async function showWhatWasSaid(client: Client, ref: WorkerRef): Promise<void> {
  const worker = client.masters.worker(ref);
  if (worker && can('hasFailure', worker)) await client.logDocuments.showFailure(ref);
  else client.logs.show(ref);
}

function forEach(
  ability: Ability | 'any',
  title: string,
  act: (client: Client, ref: WorkerRef) => Promise<void> | void,
): Handler {
  return async (client, ...parameters) => {
    for (const ref of await targets(client, parameters, ability, title, false)) await act(client, ref);
  };
}

async function targets(
  client: Client,
  parameters: readonly unknown[],
  ability: Ability | 'any',
  title: string,
  many: boolean,
): Promise<readonly WorkerRef[]> {
  const named = parameters[0] === selected ? client.view.selected : targetsOf(parameters, (uri) => fileOf(client, uri));
  if (!vscode.workspace.isTrusted)
    throw new Error(vscode.l10n.t('This workspace is not trusted, so no worker is run here.'));
  if (named && named.length > 0) return named;
  return pickWorkers(client.masters, {
    title: vscode.l10n.t(title),
    eligible: (worker) => ability === 'any' || can(ability, worker),
    none: vscode.l10n.t('No worker can do this now.'),
    many,
  });
}

/** The workers file that a URI names, itself or by an overlay of it. */
function fileOf({ masters }: Client, uri: unknown): string | undefined {
  const file = pathOf(uri);
  if (file === undefined) return undefined;
  return linkOf(masters, file)?.file ?? file;
}

function pathOf(named: unknown): string | undefined {
  const uri = typeof named === 'string' ? vscode.Uri.parse(named, true) : named;
  if (!(uri instanceof vscode.Uri)) return undefined;
  if (uri.scheme !== 'file') throw new Error(vscode.l10n.t('{0} is on no disk, so no worker of it is run.', uri.path));
  return uri.fsPath;
}

function endpoint(client: Client, ref: WorkerRef): string | undefined {
  const worker = client.masters.worker(ref);
  return worker && urlOf(worker);
}

async function openInFile(client: Client, { file, id }: WorkerRef): Promise<void> {
  const uri = vscode.Uri.file(file);
  const places = await client.language.workerPositions(uri);
  const range = places.find((place) => place.id === id)?.range;
  await vscode.window.showTextDocument(uri, { ...(range && { selection: range }), preview: true });
}
