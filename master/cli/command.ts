/** What a command may do to the outside, so that tests can stand there. */
export interface Terminal {
  readonly stdout: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    /** Its file descriptor. */
    readonly fd?: number;
    /** How much its reader has not read yet, in bytes. */
    readonly writableLength?: number;
    on?(event: 'drain' | 'error', listener: () => void): unknown;
  };
  readonly stderr: { write(text: string): unknown };
  cwd(): string;
}

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands in its place in the help, of one that takes a text: "N". */
  readonly value?: string;
  /** Told by the help: what comes of it. */
  readonly about: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface Invocation {
  readonly terminal: Terminal;
  /** Everything that is not an option. */
  readonly positionals: readonly string[];
  /** The command line behind `--`, of a command that runs another one. */
  readonly rest: readonly string[];
  text(option: string): string | undefined;
  flag(option: string): boolean;
  /** The workers file: `--file`, else the nearest workers.yaml. Throws a CommandError when there is none. */
  file(): string;
  readonly json: boolean;
}

/** Exit status: 0 done, 1 the answer is "no", 2 wrong use; a command that runs another one has its status. */
export type ExitCode = number;

/** One row of the command table. */
export interface Command {
  readonly name: string;
  /** What stands behind the name: "ID… | --all". */
  readonly usage: string;
  readonly summary: string;
  readonly options: OptionSpecs;
  /** How many words it takes beside its options; any number where nothing is said. */
  readonly words?: number;
  /** What stands behind `--` is a command line of its own; to any other command these are words like those before. */
  readonly runsAnother?: true;
  run(invocation: Invocation): Promise<ExitCode>;
}

/** Wrong use: shown with the command's usage, exit status 2. */
export class UsageError extends Error {}

/** Something that could not be done: one sentence on stderr, exit status 1. */
export class CommandError extends Error {}
