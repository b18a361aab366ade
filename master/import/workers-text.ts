import { stringify } from 'yaml';
import type { ImportedService } from './imported-service.ts';
import { numberOf } from './values.ts';

/** A service that was read, and where. */
export interface Source {
  /** Named in the comment above it. */
  readonly file: string;
  /** What paths in the file are relative to, as the workers file writes it; "." for its own folder. */
  readonly folder: string;
}

export interface Candidate {
  /** The id it has in the workers file. */
  readonly id: string;
  readonly source: Source;
  readonly service: ImportedService;
}

/** Gives each service an id that workers files allow and no other has. */
export function candidatesOf(
  read: readonly { readonly source: Source; readonly service: ImportedService }[],
): readonly Candidate[] {
  const taken = new Set<string>();
  return read.map(({ source, service }) => {
    const wanted =
      service.name
        .replace(/[^A-Za-z0-9_]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 60) || 'service';
    let id = wanted;
    for (let number = 2; taken.has(id); number += 1) id = `${wanted}-${number}`;
    taken.add(id);
    return { id, source, service };
  });
}

/** A whole workers file with these services. */
export function workersText(chosen: readonly Candidate[]): string {
  const items = chosen.map((candidate) => {
    const { service, source } = candidate;
    const comments = [`From ${source.file}.`, ...service.notes.map((note) => `${candidate.id} ${note}.`)];
    const item = stringify([itemOf(candidate, chosen)], { lineWidth: 0, flowCollectionPadding: true });
    return [
      ...comments.map((comment) => `  # ${comment}`),
      ...item
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    ].join('\n');
  });
  const head = '# "type" says where a worker runs: in a process of its own, or as a module in the master.\nworkers:\n';
  return `${head}${items.join('\n\n')}\n`;
}

function itemOf({ id, service, source }: Candidate, all: readonly Candidate[]): Readonly<Record<string, unknown>> {
  const { program, environment, envFile, healthCheck, restart, gracefulTimeout, memoryLimit } = service;
  const port = service.port ?? numberOf(environment?.['PORT']);
  // Names of other services mean those of the same file; one that was not chosen is not waited for.
  const dependsOn = (service.dependsOn ?? []).flatMap(
    (name) => all.find((other) => other.source.file === source.file && other.service.name === name)?.id ?? [],
  );
  const workingDirectory = joined(source.folder, service.workingDirectory);
  const isPath = /[/\\]/.test(program.executable) && !isAbsolute(program.executable);
  return {
    id,
    type: 'process',
    ...(service.enabled === false ? { enabled: false } : {}),
    execution: {
      executable_path: isPath ? joined(workingDirectory, program.executable, true) : program.executable,
      ...(program.args.length > 0 ? { args: program.args } : {}),
      ...(workingDirectory === '.' ? {} : { working_directory: workingDirectory }),
      ...(environment ? { environment } : {}),
      ...(envFile ? { env_file: joined(workingDirectory, envFile) } : {}),
    },
    ...(port === undefined ? {} : { port }),
    ...(healthCheck ? { health_check: healthCheck } : {}),
    ...(dependsOn.length > 0 ? { depends_on: dependsOn } : {}),
    ...(service.once ? { run: 'once' } : {}),
    ...(restart ? { restart } : {}),
    ...(gracefulTimeout ? { graceful_timeout: gracefulTimeout } : {}),
    ...(memoryLimit === undefined ? {} : { limits: { memory: { max_rss: memoryLimit } } }),
  };
}

function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:)/.test(path);
}

function joined(folder: string, below: string | undefined, asProgram = false): string {
  if (below === undefined || below === '.' || below === './') return folder;
  if (isAbsolute(below)) return below;
  const path = [folder, below.replace(/^\.\//, '').replace(/\/+$/, '')].filter((part) => part !== '.').join('/');
  // A bare name would be looked for on the PATH.
  return asProgram && !path.includes('/') ? `./${path}` : path;
}
