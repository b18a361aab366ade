import { access, constants, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileFact, InstalledPackage, World } from '../config/world.ts';
import { findPackages } from '../packages/find-packages.ts';
import { ExportedNames } from './exported-names.ts';
import { findProgram } from './find-program.ts';

/** Answers to one kind of question, looked up in the background. */
type Look = (key: string) => Promise<unknown>;

interface Fact {
  /** Undefined until it was looked up for the first time. */
  value: unknown;
  known: boolean;
}

export interface CachedWorldOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Questions (as in `askingWorld`) whose answers are new or have changed. */
  readonly changed: (questions: ReadonlySet<string>) => void;
}

/**
 * Facts about this machine for a program that must never wait: a question that was not asked before is answered by
 * `undefined` and looked up meanwhile; then `changed` is told. Known facts stay until they are looked up again.
 */
export class CachedFacts {
  /** By the kind of question and its subject, for a large file asks them again and again. */
  readonly #facts = new Map<string, Map<string, Fact>>();
  #count = 0;
  readonly #queue = new Set<string>();
  readonly #options: CachedWorldOptions;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #exports = new ExportedNames();
  #running = 0;
  #changed = new Set<string>();
  #settled: (() => void)[] = [];

  constructor(options: CachedWorldOptions) {
    this.#options = options;
    this.#environment = options.environment ?? process.env;
  }

  /** The world of the files in one folder. */
  world(folder: string): World {
    const resolved = new Remembered((written) => path.resolve(folder, written));
    const parents = new Remembered((file) => path.dirname(file));
    return {
      folder,
      resolve: (...parts) => {
        const [from, written] = parts;
        return parts.length === 2 && from === folder ? resolved.of(written ?? '') : path.resolve(...parts);
      },
      parent: (file) => parents.of(file),
      file: (file) => this.#ask<FileFact>('file', file),
      names: (inFolder) => this.#ask<readonly string[]>('folder', inFolder),
      packages: () => this.#ask<readonly InstalledPackage[]>('packages', folder),
      environment: (name) => this.#environment[name],
      environmentNames: () => Object.keys(this.#environment),
      exports: (file) => this.#ask<readonly string[]>('exports', file),
      program: (name) => this.#ask<string | null>('program', name),
    };
  }

  /** Looks known facts up again: all of them, or those that `concerns` picks. */
  refresh(concerns: (question: string) => boolean = () => true): void {
    for (const [kind, subjects] of this.#facts) {
      for (const subject of subjects.keys()) if (concerns(`${kind}:${subject}`)) this.#enqueue(kind, subject);
    }
  }

  /** How many questions were asked so far. */
  get asked(): number {
    return this.#count;
  }

  get isSettled(): boolean {
    return this.#running === 0 && this.#queue.size === 0;
  }

  /** Resolves when nothing is being looked up. */
  settled(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  #ask<T>(kind: string, subject: string): T | undefined {
    let subjects = this.#facts.get(kind);
    if (!subjects) this.#facts.set(kind, (subjects = new Map<string, Fact>()));
    const fact = subjects.get(subject);
    if (fact) {
      // Every question has one kind of answer, made by the look-up of its kind.
      return fact.value as T | undefined;
    }
    subjects.set(subject, { value: undefined, known: false });
    this.#count++;
    this.#enqueue(kind, subject);
    return undefined;
  }

  #enqueue(kind: string, subject: string): void {
    this.#queue.add(`${kind}:${subject}`);
    if (this.#running < 16) void this.#work();
  }

  async #work(): Promise<void> {
    this.#running++;
    // Questions that are asked together are answered together.
    await Promise.resolve();
    for (const question of this.#queue) {
      this.#queue.delete(question);
      const colon = question.indexOf(':');
      const kind = question.slice(0, colon);
      const subject = question.slice(colon + 1);
      const value = await this.#looks[kind]?.(subject).catch(() => undefined);
      const fact = this.#facts.get(kind)?.get(subject);
      if (fact && (!fact.known || JSON.stringify(fact.value) !== JSON.stringify(value))) {
        fact.value = value;
        fact.known = true;
        this.#changed.add(kind === 'packages' ? kind : question);
      }
    }
    this.#running--;
    if (this.isSettled) this.#tell();
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = new Set();
    if (changed.size > 0) this.#options.changed(changed);
    const waiting = this.#settled;
    this.#settled = [];
    for (const resolve of waiting) resolve();
  }

  readonly #looks: Readonly<Record<string, Look>> = {
    file: lookAtFile,
    exports: (file) => this.#exports.namesOf(file),
    program: (name) => Promise.resolve(findProgram(name, this.#environment)),
    packages: (folder) => Promise.resolve(findPackages(folder)),
    folder: async (folder) => {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
    },
  };
}

/** How many results are kept: a file names few programs, each many times. */
const mostRemembered = 1000;

/** A function whose results are kept: equal ones are one string, which is compared at once. */
class Remembered {
  readonly #make: (from: string) => string;
  readonly #made = new Map<string, string>();

  constructor(make: (from: string) => string) {
    this.#make = make;
  }

  of(from: string): string {
    let made = this.#made.get(from);
    if (made === undefined) {
      if (this.#made.size >= mostRemembered) this.#made.clear();
      this.#made.set(from, (made = this.#make(from)));
    }
    return made;
  }
}

async function lookAtFile(file: string): Promise<FileFact> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats) return { kind: 'missing', executable: false };
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  const executable =
    kind === 'file' &&
    (await access(file, constants.X_OK).then(
      () => true,
      () => false,
    ));
  return { kind, executable };
}
