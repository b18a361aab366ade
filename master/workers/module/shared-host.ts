import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WorkerFailure } from '../../lifecycle/worker-snapshot.ts';
import type { HostedRun, HostThread } from './host-thread.ts';
import { explainFullHost, isOutOfMemory, type FullHost } from './full-host.ts';
import { HostMemory } from './host-memory.ts';
import {
  HostWatchdog,
  watchdogLimits,
  type Question,
  type WatchdogEvents,
  type WatchdogLimits,
} from './host-watchdog.ts';
import { monotonicMs } from './monotonic.ts';
import type { RunThread } from './module-run.ts';
import { usualHeapBytes } from './thread-limits.ts';
import { threadTraffic } from './thread-traffic.ts';
import { sampleThread, type SampledFrame, type ThreadSample } from './sample-thread.ts';

/**
 * How long a busy thread may take to say what it does, and one that is given up on to end, in ms. The first is generous:
 * a machine with too much to do is slow to answer too, and a thread in native code never does.
 */
const sampleMs = 3_000;
const endMs = 2_000;
/**
 * How often it is looked at until its place is seen: some code can be interrupted between callbacks only, and seldom
 * inside one. So often at least, and for so many ms.
 */
const leastLooks = 20;
const looksMs = 700;

/** How long a thread that has said what it does may still take to be back: it may only have been kept waiting. */
const lastChanceMs = 500;

/** The one thread that shared modules live in: begun on first use, watched, and begun anew when it was lost. */
export class SharedHost {
  readonly #create: (maxMemoryBytes: number | undefined) => HostThread;
  /** What the modules may hold together, in bytes; for the threads to come. */
  maxMemoryBytes: number | undefined;
  #limits: WatchdogLimits;
  #thread: HostThread | undefined;
  /** Of the thread: one that is begun anew is another host. */
  #number = 0;
  #watchdog: HostWatchdog<Culprit | undefined> | undefined;

  constructor(create: (maxMemoryBytes: number | undefined) => HostThread, limits: WatchdogLimits = watchdogLimits) {
    this.#create = create;
    this.#limits = limits;
  }

  /** Limits that hold at once, for the thread there is too. */
  set limits(limits: WatchdogLimits) {
    this.#limits = limits;
    if (this.thread) this.#watch(this.thread);
  }

  /** The thread, where there is one now. */
  get thread(): HostThread | undefined {
    return this.#thread?.alive ? this.#thread : undefined;
  }

  place(id: string): RunThread {
    const thread = this.#current();
    return {
      thread,
      own: false,
      host: this.#number,
      neighbours: () => [...thread.members.values()].map((member) => member.id).filter((other) => other !== id),
    };
  }

  #current(): HostThread {
    if (this.#thread?.alive) return this.#thread;
    const thread = this.#create(this.maxMemoryBytes);
    this.#thread = thread;
    this.#number += 1;
    // What its modules print comes as messages; the rest is Node's own talk and is read so that it does not pile up.
    void thread.readOutput(() => undefined);
    const limit = { bytes: this.maxMemoryBytes ?? usualHeapBytes, buffers: this.maxMemoryBytes !== undefined };
    const memory: HostMemory<Culprit> = new HostMemory(thread, limit, {
      look: (question) => findCulprit(thread, question),
      full: (growth, sight) => void this.#replaceFull(thread, { limitBytes: limit.bytes, growth, sight }),
    });
    // Before its modules hear of the end, whose sentence would say less.
    void thread.ended.then(({ error }) => {
      const { growth } = memory;
      if (isOutOfMemory(error)) failFull(thread, { limitBytes: limit.bytes, growth, sight: undefined });
    });
    this.#watch(thread);
    return thread;
  }

  #watch(thread: HostThread): void {
    const members = () => [...thread.members.values()];
    const events: WatchdogEvents<Culprit | undefined> = {
      watching: () => thread.members.size > 0 && !members().some(({ debugging }) => debugging),
      patience: () => (members().some(({ starting }) => starting) ? 5 : 1),
      look: (question) => findCulprit(thread, question),
      slow: (ms, sight) => void warn(ms, sight),
      blocked: (ms, question) => this.#replaceIfBlocked(thread, ms, question),
    };
    this.#watchdog?.end();
    this.#watchdog = new HostWatchdog(thread, events, this.#limits);
  }

  /** A thread that answers after all is not blocked: a machine with too much to do makes every loop late. */
  async #replaceIfBlocked(thread: HostThread, ms: number, question: Question): Promise<boolean> {
    const back = question.taken.then(() => 'back' as const);
    const culprit = await Promise.race([findCulprit(thread, question), back]);
    if (culprit === 'back' || (await Promise.race([back, wait(lastChanceMs)])) === 'back' || !thread.alive)
      return false;
    await this.#replace(thread, ms, culprit);
    return true;
  }

  async #replaceFull(thread: HostThread, how: Omit<FullHost, 'members'>): Promise<void> {
    if (!thread.alive) return;
    if (this.#thread === thread) this.#thread = undefined;
    failFull(thread, how);
    await thread.terminate(endMs);
  }

  /** Ends a blocked thread: the culprit fails by its name, the others go down with it and may come back at once. */
  async #replace(thread: HostThread, ms: number, culprit: Culprit | undefined): Promise<void> {
    if (this.#thread === thread) this.#thread = undefined;
    for (const member of thread.members.values()) {
      member.fail(member === culprit?.member ? blocked(ms, culprit) : lost(member.id, ms, culprit));
    }
    await thread.terminate(endMs);
  }
}

function failFull({ members }: HostThread, how: Omit<FullHost, 'members'>): void {
  for (const [member, failure] of explainFullHost({ members, ...how })) member.fail(failure);
}

/** Whose code keeps a loop busy, and where it is: " in spin() (/app/spin.mjs:9)", or nothing. */
interface Culprit {
  readonly member: HostedRun;
  readonly where: string;
}

/** What could not be seen is nobody's: other than JavaScript, or over before the look. */
async function warn(ms: number, sight: Promise<Culprit | undefined> | undefined): Promise<void> {
  const culprit = await sight;
  culprit?.member.warn(
    `${culprit.member.id} has kept the event loop of its module host busy for ${ms} ms${culprit.where}.`,
  );
}

/**
 * Undefined when nobody can tell, and when the loop has taken the question meanwhile: what is seen then is something
 * else. A look may fall between two callbacks of a loop, where nobody's code is: then another one is taken.
 */
async function findCulprit(thread: HostThread, question: Question): Promise<Culprit | undefined> {
  let nameOnly: Culprit | undefined;
  const since = monotonicMs();
  for (let looks = 0; looks < leastLooks || monotonicMs() - since < looksMs; looks++) {
    const { nativeCall } = thread;
    if (nativeCall) return { member: nativeCall.member, where: ` in ${nativeCall.name}()` };
    const sample = await look(thread);
    if (!sample) return inNativeCode(thread);
    if (sample.heard >= question.number) return undefined;
    const culprit = culpritOf(sample, thread);
    if (culprit && culprit.where !== '') return culprit;
    nameOnly ??= culprit;
  }
  return nameOnly;
}

function look(thread: HostThread): Promise<ThreadSample | undefined> {
  return threadTraffic.look(() => sampleThread(thread.measures.threadId, sampleMs)).catch(() => undefined);
}

/** Where only one module is, there is no question whose native code it is. */
function inNativeCode(thread: HostThread): Culprit | undefined {
  const [member, ...others] = thread.members.values();
  return member && others.length === 0 ? { member, where: ' in code that is not JavaScript' } : undefined;
}

/** The thread itself says whose context it is in; else the files on its stack tell, where they are of one module. */
function culpritOf(sample: ThreadSample, thread: HostThread): Culprit | undefined {
  const members = [...thread.members];
  const within = (member: HostedRun) => sample.frames.find(({ url }) => isBelow(url, member.folder));
  const onlyOne = (fits: (member: HostedRun) => boolean) => {
    const found = members.map(([, member]) => member).filter(fits);
    return found.length === 1 ? found[0] : undefined;
  };
  const member =
    members.find(([run]) => run === sample.run)?.[1] ??
    onlyOne(({ file }) => sample.frames.some(({ url }) => fileOf(url) === file)) ??
    onlyOne((one) => within(one) !== undefined);
  if (!member) return undefined;
  const frame = within(member) ?? sample.frames.find(({ url }) => !isBelow(url, path.resolve(DIST_FOLDER)));
  return { member, where: frame ? ` in ${describe(frame)}` : '' };
}

function isBelow(url: string, folder: string): boolean {
  const file = fileOf(url);
  return file.startsWith(`${folder}/`) || file.startsWith(`${folder}\\`);
}

function fileOf(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return url;
  }
}

function describe({ name, url, line }: SampledFrame): string {
  return `${name === '' ? 'an anonymous function' : `${name}()`} (${fileOf(url)}:${line})`;
}

function blocked(ms: number, { member: { id }, where }: Culprit): WorkerFailure {
  const message = `${id} blocked the event loop it shares for ${seconds(ms)}${where} and was ended. Give it a thread of its own (module.isolation: thread) or run it with type: process.`;
  return { code: 'module-blocked', message };
}

function lost(id: string, ms: number, culprit: Culprit | undefined): WorkerFailure {
  const why = culprit
    ? `${culprit.member.id} blocked its event loop for ${seconds(ms)}`
    : `its event loop was blocked for ${seconds(ms)} by native code of a module that cannot be told. Give those that call native code threads of their own (module.isolation: thread)`;
  const message = `${id} went down with the module host it shared: ${why}.`;
  return { code: 'host-lost', message, ...(culprit ? { by: culprit.member.id } : {}) };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
