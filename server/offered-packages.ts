import { type CompletionItem, type CompletionList, ConfigurationRequest, type Connection } from 'vscode-languageserver';
import { type KnownOffer, KnownOffers, type Offers } from '../master/packages/known-offers.ts';
import { folderOf } from './documents.ts';
import type { AskOffers } from './features/suggested-packages.ts';

/** What the editor is asked for: folders and URLs of registries. Without any nothing is ever asked over the network. */
export const repositoriesSection = 'hsu.packages.repositories';

/** How long findings rest on what repositories have said. */
const heardLifetimeMs = 60_000;

interface Heard {
  readonly offers: readonly KnownOffer[];
  /** When they were asked, in milliseconds of the clock. */
  readonly since: number;
}

const nothing: Offers = { offers: [], isWhole: true };

/** What the repositories offer that the editor has configured for a document. */
export class OfferedPackages {
  /** Whether the editor can be asked for its configuration. */
  isConfigurable = false;
  readonly #connection: Connection;
  readonly #patienceMs: number;
  readonly #known: KnownOffers;
  /** The repositories by the document they are configured for. */
  readonly #places = new Map<string, Promise<readonly string[]>>();
  readonly #told = new Set<string>();
  readonly #heard = new Map<string, Heard>();
  readonly #news: (uri: string) => void;
  #hasEnded = false;

  /**
   * `patienceMs`: how long an answer waits for repositories. `news` is told of a document for which the packages that are
   * known are others than before.
   */
  constructor(connection: Connection, patienceMs: number, news: (uri: string) => void) {
    this.#connection = connection;
    this.#patienceMs = patienceMs;
    this.#news = news;
    this.#known = new KnownOffers({
      // What speaks with registries is loaded when somebody asks one.
      open: async (place, base) => (await import('../master/packages/open-repository.ts')).openRepository(place, base),
      now: Date.now,
      failed: (reason) => this.#tell(reason),
    });
  }

  /** An answer in which offers may stand; it is incomplete as long as a repository has not said what it has. */
  async answer(
    uri: string,
    complete: (offers: AskOffers) => Promise<CompletionItem[] | null>,
  ): Promise<CompletionList | null> {
    const questions: (string | undefined)[] = [];
    const first = await complete((named) => {
      questions.push(named);
      return [];
    });
    if (first === null) return null;
    if (questions.length === 0) return { isIncomplete: false, items: first };
    const { offers, isWhole } = await this.#of(uri, questions.at(-1));
    // Meanwhile the document may have been closed.
    return { isIncomplete: !isWhole, items: (offers.length > 0 ? await complete(() => offers) : first) ?? [] };
  }

  /** The newest of each package as far as it is known now; the repositories are asked meanwhile, at most once a minute. */
  known(uri: string): readonly KnownOffer[] {
    const heard = this.#heard.get(uri) ?? { offers: [], since: -Infinity };
    if (Date.now() - heard.since >= heardLifetimeMs && this.#mayAsk(uri)) {
      const asked = { ...heard, since: Date.now() };
      this.#heard.set(uri, asked);
      void this.#listen(uri, asked);
    }
    return heard.offers;
  }

  async #listen(uri: string, asked: Heard): Promise<void> {
    const places = await this.#placesOf(uri);
    const { offers } = await this.#known.of(places, folderOf(uri), undefined);
    // Meanwhile others may have been configured: their answer is waited for by somebody else.
    if (this.#hasEnded || this.#heard.get(uri) !== asked) return;
    this.#heard.set(uri, { ...asked, offers });
    if (JSON.stringify(offers) !== JSON.stringify(asked.offers)) this.#news(uri);
  }

  #mayAsk(uri: string): boolean {
    return this.isConfigurable && uri.startsWith('file:');
  }

  /** The newest of each package, and all versions of the one that is named, as far as they are known in time. */
  async #of(uri: string, named: string | undefined): Promise<Offers> {
    if (!this.#mayAsk(uri)) return nothing;
    let timer: NodeJS.Timeout | undefined;
    const impatient = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.#patienceMs)));
    try {
      const places = await Promise.race([this.#placesOf(uri), impatient]);
      if (places === undefined) return { offers: [], isWhole: false };
      return await this.#known.of(places, folderOf(uri), named, impatient);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Of a document of which nothing is told any more. */
  forget(uri: string): void {
    this.#places.delete(uri);
    this.#heard.delete(uri);
  }

  /** The editor is asked again for what it has configured. */
  configurationChanged(): void {
    this.#places.clear();
    this.#told.clear();
    const heard = [...this.#heard.keys()];
    this.#heard.clear();
    for (const uri of heard) this.#news(uri);
  }

  dispose(): void {
    this.#hasEnded = true;
    this.#known.dispose();
  }

  #placesOf(uri: string): Promise<readonly string[]> {
    const known = this.#places.get(uri);
    if (known) return known;
    const asked = this.#connection
      .sendRequest(ConfigurationRequest.type, { items: [{ scopeUri: uri, section: repositoriesSection }] })
      .then(([places]: readonly unknown[]) =>
        Array.isArray(places)
          ? places.filter((place): place is string => typeof place === 'string' && place !== '')
          : [],
      )
      .catch(() => []);
    this.#places.set(uri, asked);
    return asked;
  }

  /** Once, not with each key that is pressed. */
  #tell(reason: string): void {
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.#connection.console.warn(`What a repository offers is not known: ${reason}`);
  }
}
