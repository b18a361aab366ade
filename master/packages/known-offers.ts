import { isRegistry } from './is-registry.ts';
import { unscoped } from './package-name.ts';
import type { AvailablePackage, PackageRepository } from './repository.ts';

export interface KnownOffer extends AvailablePackage {
  /** As workers write it: without a scope. */
  readonly name: string;
  /** As it is configured. */
  readonly repository: string;
}

export interface Offers {
  readonly offers: readonly KnownOffer[];
  /** False while a repository has not answered yet. */
  readonly isWhole: boolean;
}

export interface KnownOffersOptions {
  readonly open: (place: string, base: string) => Promise<PackageRepository>;
  readonly now: () => number;
  /** Called with the reason when a repository could not be asked. */
  readonly failed: (reason: string) => void;
}

/** How long a registry is taken at its word, and left alone when it cannot be reached. */
const registryLifetimeMs = 60_000;

type Answer = readonly AvailablePackage[];

interface Question {
  /** What was heard last. */
  answer: Answer | undefined;
  heardAt: number;
  /** Undefined while nobody asks. */
  asking: Promise<void> | undefined;
  /** Somebody has waited for the first answer in vain: nobody else does. */
  isSlow: boolean;
}

/**
 * What repositories offer, for a program that never waits long: what was heard last holds until there is news. A folder is
 * read whenever it is asked for, a registry once a minute.
 */
export class KnownOffers {
  readonly #options: KnownOffersOptions;
  readonly #questions = new Map<string, Question>();
  readonly #ended = new AbortController();

  constructor(options: KnownOffersOptions) {
    this.#options = options;
  }

  /**
   * The newest of each package, and all versions of the one that is named. Relative places are relative to `base`. Nobody
   * waits for longer than `impatient` does; without it until every repository has answered.
   */
  async of(
    places: readonly string[],
    base: string,
    named: string | undefined,
    impatient?: Promise<void>,
  ): Promise<Offers> {
    const all = await Promise.all(places.map((place) => this.#ofOne(place, base, named, impatient)));
    return { offers: all.flatMap(({ offers }) => offers), isWhole: all.every(({ isWhole }) => isWhole) };
  }

  dispose(): void {
    this.#ended.abort(new Error('Nobody needs the answer any more.'));
  }

  async #ofOne(place: string, base: string, named: string | undefined, impatient?: Promise<void>): Promise<Offers> {
    const { signal } = this.#ended;
    const ask = (what: string, answer: (repository: PackageRepository) => Promise<Answer>) =>
      this.#ask(JSON.stringify([what, place, isRegistry(place) ? '' : base]), isRegistry(place), impatient, async () =>
        answer(await this.#options.open(place, base)),
      );
    const newest = await ask('newest', (repository) => repository.list(signal));
    const all = await Promise.all(
      (newest ?? [])
        .filter(({ name }) => unscoped(name) === named)
        .map((one) =>
          ask(`all ${one.name}`, async (repository) =>
            (await repository.versions(one.name, signal)).map((version) => ({ ...one, version })),
          ),
        ),
    );
    const offers = [newest, ...all].flatMap((some) => some ?? []);
    return {
      offers: offers.map((one) => ({ ...one, name: unscoped(one.name), repository: place })),
      isWhole: newest !== undefined && all.every((versions) => versions !== undefined),
    };
  }

  /** Undefined as long as nothing was heard. */
  async #ask(
    key: string,
    isRemote: boolean,
    impatient: Promise<void> | undefined,
    look: () => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const question = this.#questions.get(key) ?? {
      answer: undefined,
      heardAt: -Infinity,
      asking: undefined,
      isSlow: false,
    };
    this.#questions.set(key, question);
    const isFresh = isRemote && this.#options.now() - question.heardAt < registryLifetimeMs;
    if (!isFresh) question.asking ??= this.#look(question, look);
    if (!impatient) await question.asking;
    else if (question.asking && !question.isSlow && !(isRemote && question.answer)) {
      const heard = await Promise.race([question.asking.then(() => true), impatient.then(() => false)]);
      question.isSlow = !heard;
    }
    return question.answer;
  }

  /** Who cannot be asked now keeps what was heard before. */
  async #look(question: Question, look: () => Promise<Answer>): Promise<void> {
    try {
      question.answer = await look();
    } catch (error) {
      question.answer ??= [];
      if (!this.#ended.signal.aborted) this.#options.failed(error instanceof Error ? error.message : String(error));
    }
    question.heardAt = this.#options.now();
    question.asking = undefined;
    question.isSlow = false;
  }
}
