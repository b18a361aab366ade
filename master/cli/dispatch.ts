import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { neutraliseText } from '../logs/neutralise.ts';
import { describeRefusal } from '../world/why-refused.ts';
import { agentCommand } from './agent.ts';
import { callCommand } from './call.ts';
import { applyCommand } from './apply.ts';
import {
  CommandError,
  UsageError,
  type Command,
  type ExitCode,
  type Invocation,
  type OptionSpecs,
  type Terminal,
} from './command.ts';
import { debugCommand } from './debug.ts';
import { doctorCommand } from './doctor.ts';
import { importCommand } from './import.ts';
import { logsCommand } from './logs.ts';
import { mcpCommand } from './mcp.ts';
import { packageCommand } from './package.ts';
import { restartCommand, startCommand, stopCommand, swapCommand } from './operate.ts';
import { profileCommand } from './profile.ts';
import { runCommand } from './run.ts';
import { statusCommand } from './status.ts';
import { switchCommand } from './switch.ts';
import { validateCommand } from './validate.ts';

const commands: readonly Command[] = [
  runCommand,
  statusCommand,
  startCommand,
  stopCommand,
  restartCommand,
  swapCommand,
  logsCommand,
  switchCommand,
  applyCommand,
  validateCommand,
  callCommand,
  debugCommand,
  profileCommand,
  packageCommand,
  importCommand,
  doctorCommand,
  mcpCommand,
  agentCommand,
];

const everywhere: OptionSpecs = {
  file: { type: 'string', value: 'F', about: 'The workers file; else the nearest workers.yaml, here or above.' },
  json: { type: 'boolean', about: 'JSON on stdout and nothing else.' },
  help: { type: 'boolean', short: 'h', about: 'Tells this.' },
};

/** Runs one command line; never throws. */
export async function run(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...own] = words;
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) return answerWithoutCommand(words, terminal);
  const end = command.runsAnother && own.includes('--') ? own.indexOf('--') : own.length;
  try {
    const { values, positionals } = parse(command, own.slice(0, end));
    if (values['help']) {
      terminal.stdout.write(helpOf(command));
      return 0;
    }
    return await command.run(invocation(terminal, values, positionals, own.slice(end + 1)));
  } catch (error) {
    return answerError(error, command, terminal);
  }
}

function parse({ name, options: its, words: most = Infinity }: Command, args: string[]) {
  const options = { ...its, ...everywhere };
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  const unknown = tokens.find((token) => token.kind === 'option' && !Object.hasOwn(options, token.name));
  if (unknown?.kind === 'option') {
    const known = Object.keys(options).map((option) => `--${option}`);
    throw new UsageError(`hsu ${name} has no option ${unknown.rawName}; it has ${known.join(', ')}.`);
  }
  const parsed = parseArgs({ args, options, allowPositionals: true });
  const tooMany = parsed.positionals[most];
  if (tooMany !== undefined) throw new UsageError(`hsu ${name} does not take "${tooMany}".`);
  return parsed;
}

function invocation(
  terminal: Terminal,
  values: Record<string, unknown>,
  positionals: readonly string[],
  rest: readonly string[],
): Invocation {
  const text = (option: string) => {
    const value = values[option];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    terminal,
    positionals,
    rest,
    text,
    flag: (option) => values[option] === true,
    file: () => findWorkersFile(terminal.cwd(), text('file')),
    json: values['json'] === true,
  };
}

function findWorkersFile(folder: string, named: string | undefined): string {
  if (named !== undefined) {
    const file = path.resolve(folder, named);
    const fact = statSync(file, { throwIfNoEntry: false });
    if (!fact) throw new CommandError(`There is no workers file ${file}: check the path given with --file.`);
    if (fact.isFile()) return file;
    const what = fact.isDirectory() ? 'a folder: name the file in it' : 'no file on a disk: a master reads it again';
    throw new CommandError(`${file}, given with --file, is ${what}.`);
  }
  for (let at = folder; ; at = path.dirname(at)) {
    const found = ['workers.yaml', 'workers.yml'].map((name) => path.join(at, name)).find((file) => existsSync(file));
    if (found) return found;
    if (path.dirname(at) === at) break;
  }
  throw new CommandError(
    `There is no workers.yaml in ${folder} or any folder above it: name the file with --file, or create one.`,
  );
}

function answerWithoutCommand([name, asked]: readonly string[], terminal: Terminal): ExitCode {
  if (name === '--version' || name === '-v') {
    terminal.stdout.write(`${VERSION}\n`);
    return 0;
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    const command = commands.find((candidate) => candidate.name === asked);
    const all = `hsu runs the workers of a workers file.\n\n${overview()}`;
    terminal.stdout.write(command ? helpOf(command) : all);
    return 0;
  }
  const isOption = name?.startsWith('-');
  const wrong = name === undefined ? 'hsu needs a command.' : `hsu has no command "${name}".`;
  const sentence = isOption ? `The command stands first, and its options, such as ${name}, behind it.` : wrong;
  terminal.stderr.write(`${sentence} The commands:\n\n${overview()}`);
  return 2;
}

/** Each command on a line of its own, so that it is found on a narrow terminal too. */
function overview(): string {
  const rows = commands.map(({ name, usage, summary }) => `  hsu ${`${name} ${usage}`.trimEnd()}\n      ${summary}\n`);
  return `${rows.join('')}\nEvery command takes --file F and --json; "hsu COMMAND --help" tells more, "hsu --version" the version.\n`;
}

function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...everywhere }).map(([name, { short, value, about }]) => {
    const written = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
    return { written, about };
  });
  const width = Math.max(...options.map(({ written }) => written.length));
  const rows = options.map(({ written, about }) => `  ${written.padEnd(width)}  ${about}\n`);
  return `${`hsu ${command.name} ${command.usage}`.trimEnd()}\n\n${command.summary}\n\n${rows.join('')}`;
}

function answerError(error: unknown, command: Command, terminal: Terminal): ExitCode {
  const why = describeRefusal(error) ?? (error instanceof Error ? error.message : String(error));
  // What a worker's function threw may stand in it.
  const message = neutraliseText(why);
  const wrongUse =
    error instanceof UsageError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  const usage = `Usage: hsu ${command.name} ${command.usage}`.trimEnd();
  terminal.stderr.write(wrongUse ? `${message}\n${usage}\n` : `${message}\n`);
  return wrongUse ? 2 : 1;
}
