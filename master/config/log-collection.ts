import { parseDuration } from './duration.ts';
import { parseSize } from './size.ts';
import { field, flag, list, mapping, number, oneOf, present, text, texts } from './values.ts';

/** Where the workers' lines are written besides the master's own store; a change of it touches no worker. */
export interface LogCollectionConfig {
  readonly outputs: readonly LogOutputConfig[];
  /** How long lines are gathered before they are written. Milliseconds. */
  readonly flushMs: number;
}

export interface LogOutputConfig {
  readonly target: 'file' | 'stdout' | 'stderr';
  /** Of a file, as written; `{worker_id}` in it makes one for each worker. */
  readonly path?: string;
  /** What a relative path is relative to, itself relative to the workers file's folder. */
  readonly folder?: string;
  /** Only this stream; absent: both. */
  readonly stream?: 'stdout' | 'stderr';
  readonly format: 'plain' | 'enhanced_plain' | 'json';
  readonly prefix: string;
  readonly rotation: LogRotation;
  readonly filter: LogFilter;
  readonly forms: { readonly json: boolean; readonly logfmt: boolean };
  readonly metadata: LogMetadata;
}

/** When a new file begins, and what becomes of the old ones. */
export interface LogRotation {
  readonly maxBytes?: number;
  /** How many old files are kept. */
  readonly maxFiles?: number;
  /** A file is written to for no longer, and an old one kept for no longer. */
  readonly maxAgeMs?: number;
}

export interface LogFilter {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
}

export interface LogMetadata {
  readonly master: boolean;
  readonly host: boolean;
  readonly time: boolean;
  readonly sequence: boolean;
}

/** What the master keeps of each worker's output, whatever is written elsewhere. */
export interface LogStoreConfig {
  readonly maxBytes?: number;
  /** What becomes of a worker that writes more than that before it was read. */
  readonly whenFull?: 'drop_oldest' | 'block';
}

export function readLogStore(block: unknown): LogStoreConfig {
  const store = field(field(block, 'default_worker') ?? field(block, 'default'), 'store');
  return present({
    maxBytes: readSize(field(store, 'max_size')),
    whenFull: oneOf(field(store, 'when_full'), ['drop_oldest', 'block'] as const),
  });
}

/** Targets that older files name and that nothing is written to here. */
export const unservedTargets: readonly string[] = ['syslog', 'elasticsearch'];

/** Reads `log_collection`; undefined where nothing is written anywhere. What is wrong in it has its finding elsewhere. */
export function readLogCollection(block: unknown): LogCollectionConfig | undefined {
  if (!mapping(block) || flag(field(block, 'enabled')) === false) return undefined;
  const worker = field(block, 'default_worker') ?? field(block, 'default');
  if (flag(field(worker, 'enabled')) === false) return undefined;
  const captured = (['stdout', 'stderr'] as const).filter(
    (stream) => flag(field(worker, `capture_${stream}`)) !== false,
  );
  const processing = field(worker, 'processing');
  const system = field(block, 'system');
  const shared = {
    filter: readFilter(field(processing, 'filters')),
    forms: readForms(processing, field(block, 'enhancement')),
    metadata: readMetadata(field(block, 'enhancement'), processing),
  };
  const targets = (nodes: unknown, streams: readonly ('stdout' | 'stderr')[], folder?: string): LogOutputConfig[] =>
    streams.length === 0
      ? []
      : list(nodes).flatMap((node) => {
          const target = readTarget(node);
          if (!target) return [];
          const stream = streams.length === 1 ? streams[0] : undefined;
          return [present({ ...target, ...shared, stream, folder: target.target === 'file' ? folder : undefined })];
        });
  const folder = text(field(system, 'worker_directory')) ?? text(field(system, 'process_directory'));
  const aggregation = field(block, 'global_aggregation');
  const separate = field(field(worker, 'outputs'), 'separate');
  const outputs = [
    ...(flag(field(aggregation, 'enabled')) === false ? [] : targets(field(aggregation, 'targets'), captured)),
    ...captured.flatMap((stream) => targets(field(separate, stream), [stream], folder)),
    ...targets(field(field(worker, 'outputs'), 'forwarding'), captured, folder),
  ];
  const flushMs =
    parseDuration(text(field(field(worker, 'buffering'), 'flush_interval')) ?? '') ??
    parseDuration(text(field(system, 'flush_interval')) ?? '');
  return outputs.length === 0 ? undefined : { outputs, flushMs: Math.max(0, flushMs ?? 200) };
}

function readTarget(
  node: unknown,
): Pick<LogOutputConfig, 'target' | 'path' | 'format' | 'prefix' | 'rotation'> | undefined {
  const target = targetNames[text(field(node, 'type')) ?? ''];
  const path = text(field(node, 'path'))?.replaceAll('{process_id}', '{worker_id}');
  if (target === undefined || (target === 'file' && path === undefined)) return undefined;
  const format = text(field(node, 'format')) === 'structured_json' ? 'json' : field(node, 'format');
  const rotation = field(node, 'rotation');
  return present({
    target,
    path: target === 'file' ? path : undefined,
    format: oneOf(format, ['plain', 'enhanced_plain', 'json'] as const) ?? 'plain',
    prefix: text(field(node, 'prefix')) ?? '',
    rotation: present({
      maxBytes: readSize(field(rotation, 'max_size')),
      maxFiles: number(field(rotation, 'max_files')),
      maxAgeMs: positive(parseDuration(text(field(rotation, 'max_age')) ?? '')),
    }),
  });
}

const targetNames: Readonly<Record<string, LogOutputConfig['target']>> = {
  file: 'file',
  stdout: 'stdout',
  stderr: 'stderr',
  master_stdout: 'stdout',
  process_manager_stdout: 'stdout',
  process_manager_stderr: 'stderr',
};

function readFilter(filters: unknown): LogFilter {
  const level = text(field(filters, 'level_filter'))?.toLowerCase();
  return present({
    include: texts(field(filters, 'include_patterns')) ?? [],
    exclude: texts(field(filters, 'exclude_patterns')) ?? [],
    level: oneOf(level === 'warning' ? 'warn' : level, ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const),
  });
}

/** Both forms, unless parsers are named, or none are wanted. */
function readForms(processing: unknown, enhancement: unknown): LogOutputConfig['forms'] {
  if (flag(field(processing, 'parse_structured')) === false) return { json: false, logfmt: false };
  const parsers = [...list(field(processing, 'parsers')), ...list(field(enhancement, 'parsers'))];
  const named = parsers.filter((one) => flag(field(one, 'enabled')) !== false).map((one) => text(field(one, 'type')));
  const wants = (form: string) => named.length === 0 || named.includes(form);
  return { json: wants('json'), logfmt: wants('logfmt') };
}

function readMetadata(enhancement: unknown, processing: unknown): LogMetadata {
  const off = flag(field(enhancement, 'enabled')) === false || flag(field(processing, 'add_metadata')) === false;
  const written = field(enhancement, 'metadata');
  const wants = (...keys: readonly string[]) =>
    !off && (mapping(written) === undefined || keys.some((key) => flag(field(written, key)) === true));
  return {
    master: wants('add_master_id', 'add_process_manager_id'),
    host: wants('add_hostname'),
    time: wants('add_timestamp'),
    sequence: wants('add_sequence', 'add_line_number'),
  };
}

function readSize(value: unknown): number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? positive(parseSize(value)) : undefined;
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
