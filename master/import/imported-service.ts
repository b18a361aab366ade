/** A service as another tool's file tells it, in the terms of workers files. */
export interface ImportedService {
  /** As the other file names it; made an id, and unique, when the workers file is written. */
  readonly name: string;
  readonly program: Program;
  readonly environment?: Readonly<Record<string, string>>;
  /** Relative to the file it was read from. */
  readonly workingDirectory?: string;
  readonly envFile?: string;
  /** Names of other services. */
  readonly dependsOn?: readonly string[];
  readonly port?: number;
  /** As a workers file writes it. */
  readonly healthCheck?: Readonly<Record<string, unknown>>;
  readonly restart?: 'never' | 'on-failure' | 'always';
  /** Duration, as a workers file writes it. */
  readonly gracefulTimeout?: string;
  /** Bytes, or a size with a unit. */
  readonly memoryLimit?: number | string;
  readonly enabled?: boolean;
  readonly once?: boolean;
  /** What a workers file does not say, or says differently: one sentence each, without the service's name. */
  readonly notes: readonly string[];
}

export interface Program {
  /** A program of the PATH, or a path. */
  readonly executable: string;
  readonly args: readonly string[];
}

export type ImportResult =
  | { readonly services: readonly ImportedService[] }
  /** Why nothing can be read, as one sentence without the file's name. */
  | { readonly refused: string };
