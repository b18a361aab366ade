import JSON5 from 'json5';
import { parse } from 'yaml';
import type { ImportedService, ImportResult, Program } from './imported-service.ts';
import { readCommand } from './read-command.ts';
import { environmentOf, isMapping, listOf, member, numberOf, textOf } from './values.ts';

/** An ecosystem file of pm2: JSON, YAML, or a JavaScript file that exports a literal. It is read, never run. */
export function readPm2(text: string, fileName: string): ImportResult {
  let content: unknown;
  try {
    content = /\.ya?ml$/i.test(fileName)
      ? parse(text)
      : JSON5.parse(/\.[cm]?js$/i.test(fileName) ? exported(text) : text);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { refused: `only values can be read of it, for it is not run: ${why}` };
  }
  const apps = Array.isArray(content) ? content : (member(content, 'apps') ?? content);
  const list = (Array.isArray(apps) ? apps : [apps]).filter((app) => textOf(member(app, 'script')) !== undefined);
  if (list.length === 0) return { refused: 'it has no apps, each with a script' };
  return { services: list.map(serviceOf) };
}

/** The literal behind `module.exports =` or `export default`, to its closing bracket. */
function exported(text: string): string {
  const start = /(?:module\.exports\s*=|export\s+default)\s*(?=[[{])/.exec(text);
  if (!start) throw new Error('it does not say module.exports = { … }');
  const from = start.index + start[0].length;
  const token = /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[[{]|[\]}]/g;
  token.lastIndex = from;
  for (let depth = 0, match = token.exec(text); match; match = token.exec(text)) {
    if (/^[[{]$/.test(match[0])) depth += 1;
    else if (/^[\]}]$/.test(match[0])) depth -= 1;
    if (depth === 0) return text.slice(from, token.lastIndex);
  }
  throw new Error('its brackets do not match');
}

function serviceOf(app: unknown): ImportedService {
  const of = (key: string) => textOf(member(app, key));
  const script = of('script') ?? '';
  const environment = environmentOf(member(app, 'env'));
  const memory = of('max_memory_restart');
  const instances = of('instances');
  const killTimeout = numberOf(member(app, 'kill_timeout'));
  const { program, notes } = programOf(app, script);
  const cwd = of('cwd');
  const envFile = of('env_file');
  const cron = of('cron_restart');
  const others = isMapping(app) ? Object.keys(app).filter((key) => key.startsWith('env_') && key !== 'env_file') : [];
  return {
    name: of('name') ?? script.replace(/^.*\//, '').replace(/\.\w+$/, ''),
    program,
    ...(environment && { environment }),
    ...(cwd && { workingDirectory: cwd }),
    ...(envFile && { envFile }),
    ...(member(app, 'autorestart') === false ? { restart: 'never' } : { restart: 'always' }),
    ...(killTimeout === undefined ? {} : { gracefulTimeout: `${killTimeout}ms` }),
    ...(memory && { memoryLimit: memory.replace(/^(\d+)([KMG])$/i, '$1$2B') }),
    notes: [
      ...notes,
      ...(instances && instances !== '1' ? [`is one worker, where pm2 ran ${instances} instances`] : []),
      ...(member(app, 'watch') ? ['is not restarted when a file changes, as pm2 did'] : []),
      ...(cron ? [`is not restarted by the schedule ${cron}, as pm2 did`] : []),
      ...(others.length > 0
        ? [`has other environments (${others.join(', ')}): write overlays, workers.NAME.yaml`]
        : []),
    ],
  };
}

function programOf(app: unknown, script: string): { program: Program; notes: readonly string[] } {
  const given = member(app, 'args');
  const args = Array.isArray(given)
    ? listOf(given).flatMap((one) => textOf(one) ?? [])
    : argumentsIn(textOf(given) ?? '');
  const interpreter = textOf(member(app, 'interpreter') ?? member(app, 'exec_interpreter'));
  const flags = member(app, 'node_args') ?? member(app, 'interpreter_args');
  const before = Array.isArray(flags)
    ? listOf(flags).flatMap((one) => textOf(one) ?? [])
    : argumentsIn(textOf(flags) ?? '');
  if (interpreter !== undefined && interpreter !== 'none') {
    return { program: { executable: interpreter, args: [...before, script, ...args] }, notes: [] };
  }
  if (interpreter === undefined && /\.[cm]?js$/i.test(script)) {
    return { program: { executable: 'node', args: [...before, script, ...args] }, notes: [] };
  }
  // A script may be a whole command line.
  const { program, notes } = readCommand(script);
  return { program: { ...program, args: [...program.args, ...args] }, notes };
}

function argumentsIn(text: string): readonly string[] {
  return text.trim() === '' ? [] : readCommand(`x ${text}`).program.args;
}
