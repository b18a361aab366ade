/** What marks every process of a worker, down to grandchildren in sessions of their own. */
export interface RunMarks {
  readonly id: string;
  readonly masterKey: string;
  readonly run: number;
  readonly port?: number;
  /** The master's folder, for a process that is to find its master. */
  readonly masterFolder?: string;
}

/** The environment of a child: what it takes over of the master's, plus the worker's. */
export function childEnvironment(
  inherited: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string>>,
  marks: RunMarks,
): Record<string, string> {
  return {
    ...inherited,
    ...added,
    ...(marks.port === undefined ? {} : { HSU_PORT: String(marks.port) }),
    ...(marks.masterFolder === undefined ? {} : { HSU_MASTER_FOLDER: marks.masterFolder }),
    HSU_WORKER_ID: marks.id,
    HSU_MASTER: marks.masterKey,
    HSU_RUN: String(marks.run),
  };
}

/** The `NAME=value` pair that every process of every worker of a master carries. */
export function masterMarker(masterKey: string): string {
  return `HSU_MASTER=${masterKey}`;
}

/** Says which of the words in NODE_OPTIONS a master has put there: it is about the worker alone, not about what that runs. */
export const ownOption = 'HSU_NODE_OPTION';

/** The master's own environment without what is meant for the master or its editor. */
export function inheritedEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !isInternal(name, value)) environment[name] = value;
  }
  // A master that is a worker itself has an option from the master above it.
  const { NODE_OPTIONS: options } = environment;
  const given = own[ownOption];
  if (options === undefined || given === undefined) return environment;
  const rest = options.split(' ').filter((word) => word !== given);
  if (rest.length > 0) environment['NODE_OPTIONS'] = rest.join(' ');
  else delete environment['NODE_OPTIONS'];
  return environment;
}

/** `NAME=value` pairs that any process of the worker carries, whichever run it belongs to. */
export function workerMarkers(id: string, masterKey: string): string[] {
  return [`HSU_WORKER_ID=${id}`, masterMarker(masterKey)];
}

export function runMarker(run: number): string {
  return `HSU_RUN=${run}`;
}

function isInternal(name: string, value: string): boolean {
  // The editor's debugger makes every Node program a debug session, held at its first line, through NODE_OPTIONS.
  if (name === 'NODE_OPTIONS') return value.includes('js-debug');
  return /^(ELECTRON_|VSCODE_|HSU_)/.test(name);
}
