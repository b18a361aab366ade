import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { agentCommand } from './agent.ts';
import { callCommand } from './call.ts';
import { applyCommand } from './apply.ts';
import { CommandError, UsageError, type Command, type ExitCode, type Invocation, type Terminal } from './command.ts';
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

const everywhere = {
  file: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Runs one command line; never throws. */
export async function run(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const [name, ...own] = words.slice(0, end);
  const rest = words.slice(end + 1);
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) return answerWithoutCommand(name, terminal);
  try {
    const { values, positionals } = parseArgs({
      args: own,
      options: { ...command.options, ...everywhere },
      allowPositionals: true,
    });
    if (values['help']) {
      terminal.stdout.write(helpOf(command));
      return 0;
    }
    return await command.run(invocation(terminal, values, positionals, rest));
  } catch (error) {
    return answerError(error, command, terminal);
  }
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
    if (existsSync(file)) return file;
    throw new CommandError(`There is no workers file ${file}: check the path given with --file.`);
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

function answerWithoutCommand(name: string | undefined, terminal: Terminal): ExitCode {
  const asked = name === 'help' || name === '--help' || name === '-h';
  const width = Math.max(...commands.map((command) => command.name.length + command.usage.length));
  const lines = commands.map((command) => {
    const call = `${command.name} ${command.usage}`;
    return `  hsu ${call.padEnd(width + 2)} ${command.summary}`;
  });
  const text = `${lines.join('\n')}\n\nEvery command takes --file F and --json; "hsu COMMAND --help" tells more.\n`;
  if (asked) {
    terminal.stdout.write(`hsu runs the workers of a workers file.\n\n${text}`);
    return 0;
  }
  const wrong = name === undefined ? 'hsu needs a command.' : `hsu has no command "${name}".`;
  terminal.stderr.write(`${wrong} It has:\n\n${text}`);
  return 2;
}

function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...everywhere }).map(([name, option]) => {
    const short = 'short' in option && option.short ? `-${option.short}, ` : '    ';
    return `  ${short}--${name}${option.type === 'string' ? ' VALUE' : ''}`;
  });
  return `hsu ${command.name} ${command.usage}\n\n${command.summary}\n\n${options.join('\n')}\n`;
}

function answerError(error: unknown, command: Command, terminal: Terminal): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  const wrongUse =
    error instanceof UsageError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  terminal.stderr.write(wrongUse ? `${message}\nUsage: hsu ${command.name} ${command.usage}\n` : `${message}\n`);
  return wrongUse ? 2 : 1;
}
