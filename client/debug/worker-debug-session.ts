import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Masters, WorkerRef } from '../master/masters.ts';
import { attachConfiguration } from './attach-configuration.ts';
import {
  type DebugReply,
  type DebugRequest,
  eventMessage,
  isDebugRequest,
  responseTo,
} from './debug-adapter-message.ts';
import { planAfterDetach, runOf } from './session-plan.ts';

/** One worker of a session and the debugger's own session that holds it. */
interface Attachment {
  readonly ref: WorkerRef;
  /** The run it is or was attached to; undefined when there is nothing to wait for. */
  run: string | undefined;
  /** Stands in the configuration of the debugger's session; undefined while none is attached. */
  key: string | undefined;
  /** The key of the newest session, also when that was released before it had started. */
  newest: string | undefined;
  /** Settled once the newest session has started or could not; until then it is not known and cannot be ended. */
  starting: Promise<unknown>;
  /** Settled once its last release is over: it would take the next debugger for the one it lets go. */
  releasing: Promise<void>;
  /** The debugger's newest session. */
  child: vscode.DebugSession | undefined;
  pausesWith: readonly string[];
  /** The master was seen to say that a debugger holds it. */
  isTold: boolean;
  busy: boolean;
}

/**
 * A session of type `hsu`: it has no code of its own, it holds one debugger session for each of its workers. It
 * outlives their restarts, and its end only detaches: a worker's life is the master's affair.
 */
export class WorkerDebugSession implements vscode.DebugAdapter {
  readonly #masters: Masters;
  readonly #session: vscode.DebugSession;
  readonly #attachments: Attachment[];
  readonly #fromStart: boolean;
  readonly #holderOf: (ref: WorkerRef) => WorkerDebugSession | undefined;
  readonly #messages = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.#messages.event;
  readonly #subscriptions: { dispose(): void }[];
  #attached = false;
  #over = false;

  /** `holderOf` finds the session that holds a worker already. */
  constructor(
    masters: Masters,
    session: vscode.DebugSession,
    refs: readonly WorkerRef[],
    fromStart: boolean,
    holderOf: (ref: WorkerRef) => WorkerDebugSession | undefined,
  ) {
    this.#masters = masters;
    this.#session = session;
    this.#fromStart = fromStart;
    this.#holderOf = holderOf;
    this.#attachments = refs.map((ref) => ({
      ref,
      run: undefined,
      key: undefined,
      newest: undefined,
      starting: Promise.resolve(),
      releasing: Promise.resolve(),
      child: undefined,
      pausesWith: [],
      isTold: false,
      busy: false,
    }));
    this.#subscriptions = [
      this.#messages,
      vscode.debug.onDidStartDebugSession((started) => this.#started(started)),
      vscode.debug.onDidTerminateDebugSession((ended) => this.#detached(ended.configuration['attachment'])),
      masters.onDidChange(() => this.#follow()),
    ];
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Whether a debugger of this session holds the worker, or will as soon as it runs. */
  holds(ref: WorkerRef): boolean {
    return this.#attachmentOf(ref) !== undefined;
  }

  /** Starts a worker that it holds anew, held before its first line. */
  async restart(ref: WorkerRef): Promise<void> {
    const attachment = this.#attachmentOf(ref);
    if (attachment && !attachment.busy) await this.#attach(attachment, true);
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    if (isDebugRequest(message)) void this.#answer(message);
  }

  dispose(): void {
    this.#over = true;
    const released = this.#attachments.map(async (attachment) => {
      await this.#release(attachment);
      await attachment.starting;
    });
    void Promise.all(released).finally(() => this.#subscriptions.forEach((subscription) => subscription.dispose()));
  }

  async #answer(request: DebugRequest): Promise<void> {
    const reply = await this.#reply(request).catch((error: unknown): DebugReply => ({
      ok: false,
      message: error instanceof Error ? error.message : String(error),
    }));
    this.#messages.fire(responseTo(request, reply));
    if (request.command === 'initialize') this.#messages.fire(eventMessage('initialized'));
    // A session that could not attach to anything is over.
    if (!reply.ok && (request.command === 'attach' || request.command === 'launch')) this.#end();
  }

  async #reply({ command, arguments: parameters }: DebugRequest): Promise<DebugReply> {
    switch (command) {
      case 'initialize':
        return { ok: true, body: { supportsConfigurationDoneRequest: true, supportsRestartRequest: true } };
      case 'launch':
      case 'attach':
        await this.#attachAll(this.#fromStart);
        return { ok: true };
      case 'restart':
        await this.#restartAll();
        return { ok: true };
      case 'disconnect':
        this.#over = true;
        await Promise.all(this.#attachments.map((attachment) => this.#release(attachment)));
        return { ok: true };
      case 'threads':
        return { ok: true, body: { threads: [] } };
      case 'setBreakpoints':
      case 'setFunctionBreakpoints':
        return { ok: true, body: { breakpoints: unverified(parameters?.['breakpoints']) } };
      default:
        return { ok: true };
    }
  }

  /** One after the other: workers that pause together have one debugger, that of the first. */
  async #attachAll(fromStart: boolean): Promise<void> {
    for (const attachment of this.#attachments) {
      if (!fromStart && this.#isHeldByAnother(attachment)) continue;
      const holder = this.#holderOf(attachment.ref);
      if (holder) {
        if (fromStart) await holder.restart(attachment.ref);
        this.#say(`${attachment.ref.id} stays in the session that holds it already.`);
        continue;
      }
      await this.#attach(attachment, fromStart);
    }
    this.#attached = true;
  }

  async #attach(attachment: Attachment, fromStart: boolean): Promise<void> {
    attachment.busy = true;
    try {
      await this.#attachTo(attachment, fromStart);
    } finally {
      attachment.busy = false;
    }
    // What the master told meanwhile was passed over; a worker that stands still gives it nothing more to tell.
    this.#follow();
  }

  async #attachTo(attachment: Attachment, fromStart: boolean): Promise<void> {
    const { ref } = attachment;
    const link = this.#masters.link(ref.file);
    if (!link) throw new Error(`No master is known for ${ref.file}: open the workers file first.`);
    await (fromStart ? this.#release(attachment) : attachment.releasing);
    const target = await link.ask((master) => master.debug({ id: ref.id, fromStart }));
    const key = randomUUID();
    attachment.key = key;
    attachment.newest = key;
    attachment.child = undefined;
    attachment.isTold = false;
    // Ended while the master was asked.
    if (this.#over) return await this.#release(attachment);
    attachment.pausesWith = target.kind === 'inspector' ? target.pausesWith : [];
    attachment.run = runOfWorker(this.#masters, ref);
    const starting = vscode.debug.startDebugging(
      this.#session.workspaceFolder,
      attachConfiguration(ref.id, target, key, DIST_FOLDER),
      {
        parentSession: this.#session,
        lifecycleManagedByParent: true,
        compact: true,
        consoleMode: vscode.DebugConsoleMode.MergeWithParent,
        suppressSaveBeforeStart: true,
      },
    );
    attachment.starting = Promise.resolve(starting).catch(() => false);
    if (await starting) return;
    await this.#release(attachment);
    throw new Error(`The debugger could not attach to ${ref.id}: look into the Debug Console, then try again.`);
  }

  /** A worker that cannot be held before its first line is restarted all the same, and attached to once it runs. */
  async #restartAll(): Promise<void> {
    for (const attachment of this.#attachments) {
      await this.#attach(attachment, true).catch((error: unknown) => {
        this.#say(error instanceof Error ? error.message : String(error));
      });
    }
    this.#follow();
  }

  #attachmentOf({ file, id }: WorkerRef): Attachment | undefined {
    return this.#attachments.find((each) => each.ref.file === file && each.ref.id === id && isHeld(each));
  }

  #isHeldByAnother({ ref }: Attachment): boolean {
    return this.#attachments.some(
      (other) => other.key !== undefined && other.ref.file === ref.file && other.pausesWith.includes(ref.id),
    );
  }

  #started(session: vscode.DebugSession): void {
    const key: unknown = session.configuration['attachment'];
    const attachment = this.#attachments.find((each) => each.newest !== undefined && each.newest === key);
    // The debugger has a session of its own below this one, with the same configuration.
    if (!attachment || attachment.child) return;
    if (attachment.key === key) attachment.child = session;
    // Released before it was known.
    else void disconnect(session);
  }

  #detached(key: unknown): void {
    const attachment = this.#attachments.find((each) => each.key !== undefined && each.key === key);
    if (!attachment) return;
    attachment.child = undefined;
    void this.#release(attachment);
    this.#follow();
  }

  #release(attachment: Attachment): Promise<void> {
    if (attachment.key !== undefined) {
      attachment.key = undefined;
      attachment.releasing = this.#letGo(attachment);
    }
    return attachment.releasing;
  }

  /**
   * Ends the debugger's session, then closes the inspector: a process may keep its own open. A master that is gone has
   * closed its own.
   */
  async #letGo(attachment: Attachment): Promise<void> {
    // Ended while it begins, it would be left to itself.
    await attachment.starting;
    const { child } = attachment;
    attachment.child = undefined;
    if (child) await disconnect(child);
    const { file, id } = attachment.ref;
    await this.#masters
      .link(file)
      ?.ask((master) => master.endDebug(id))
      .catch(() => undefined);
  }

  /** Attaches to workers that run anew; ends when none is left to wait for. */
  #follow(): void {
    for (const attachment of this.#attachments) {
      if (this.#over || attachment.busy || attachment.run === undefined) continue;
      const worker = this.#masters.worker(attachment.ref);
      if (attachment.key !== undefined) {
        if (worker?.debugging) {
          attachment.run = runOf(worker);
          attachment.isTold = true;
        } else if (attachment.isTold) {
          // It is to be stopped, and hears of it only when the debugger lets go.
          void this.#release(attachment).then(() => this.#follow());
        }
        continue;
      }
      const plan = planAfterDetach(worker, attachment.run);
      if (plan === 'release') attachment.run = undefined;
      if (plan === 'attach') this.#attachAgain(attachment);
    }
    if (this.#attached && !this.#attachments.some(isHeld)) this.#end();
  }

  #attachAgain(attachment: Attachment): void {
    this.#attach(attachment, false).catch((error: unknown) => {
      attachment.run = undefined;
      this.#say(error instanceof Error ? error.message : String(error));
      this.#follow();
    });
  }

  #say(text: string): void {
    this.#messages.fire(eventMessage('output', { category: 'console', output: `${text}\n` }));
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#messages.fire(eventMessage('terminated'));
  }
}

/** Also one that is gone already. */
async function disconnect(session: vscode.DebugSession): Promise<void> {
  await session.customRequest('disconnect', { terminateDebuggee: false }).then(undefined, () => undefined);
}

/** By a debugger, or it is waited for. */
function isHeld({ key, busy, run }: Pick<Attachment, 'key' | 'busy' | 'run'>): boolean {
  return key !== undefined || busy || run !== undefined;
}

/** Breakpoints are set in the workers' own sessions: this one knows no code. */
function unverified(breakpoints: unknown): readonly object[] {
  return Array.isArray(breakpoints) ? breakpoints.map(() => ({ verified: false })) : [];
}

function runOfWorker(masters: Masters, ref: WorkerRef): string | undefined {
  const worker = masters.worker(ref);
  return worker && runOf(worker);
}
