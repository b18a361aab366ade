/** Counts what has changed of one worker, in one master's life. */
export interface Version {
  readonly master: string;
  readonly number: number;
}

/** What a place asks its master: where a worker's published object is now. */
export interface Wanted {
  readonly worker: string;
  /** May be left out where the worker publishes one. */
  readonly endpoint: string | undefined;
  /** The version of an introduction that has led nowhere: only a later one is an answer. */
  readonly after: Version | undefined;
}

export interface Introduction {
  readonly version: Version;
  /** The endpoint's name. */
  readonly endpoint: string;
  readonly at:
    | { readonly kind: 'here' }
    /** Another thread of the master's process, to which a link has been handed over. */
    | { readonly kind: 'place'; readonly place: string }
    /** A local socket. */
    | { readonly kind: 'socket'; readonly address: string };
}

/** The master as a place sees it. */
export interface Introducer {
  /** Resolves when the worker runs and publishes what is wanted. Rejects with a CallError for what will never be. */
  introduce(wanted: Wanted, signal: AbortSignal): Promise<Introduction>;
  /** Why a worker cannot be called now, and what to do: one sentence without its beginning. */
  explain(worker: string, endpoint: string | undefined): Promise<string>;
}

/** The names under which places and the master publish what they have to say to each other. */
export const directoryTarget = 'hsu/directory';
export const placeTarget = 'hsu/place';
