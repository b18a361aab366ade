import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { skillFolders, skillName, writeSkill } from '../agent/skill-file.ts';
import { SocketHost } from '../agent/socket-host.ts';
import { agentTools, runTool } from '../agent/tools.ts';
import { UsageError, type Command, type ExitCode, type Invocation } from './command.ts';

export const agentCommand: Command = {
  name: 'agent',
  usage: 'init [--force] | TOOL [JSON]',
  summary: 'Writes the skill file for AI agents, or runs one tool of "hsu mcp" with its input as JSON.',
  options: { force: { type: 'boolean', about: 'With init: overwrites a file that was changed by hand, too.' } },
  words: 2,
  async run(invocation) {
    const [what, ...more] = invocation.positionals;
    if (what === 'init' && more.length === 0) return init(invocation);
    if (what !== undefined && what !== 'init' && more.length <= 1) return call(invocation, what, more[0] ?? '{}');
    const names = agentTools.map(({ name }) => name).join(', ');
    throw new UsageError(`hsu agent takes init, or a tool and its input as one JSON value. The tools: ${names}.`);
  },
};

function init({ terminal, flag, json }: Invocation): ExitCode {
  const source = path.join(DIST_FOLDER, '..', 'client', 'agents', 'skills', skillName, 'SKILL.md');
  const text = readFileSync(source, 'utf8');
  const project = projectOf(terminal.cwd());
  const results = skillFolders.map((folder) => writeSkill(project, folder, text, flag('force')));
  const kept = results.filter(({ outcome }) => outcome.startsWith('kept'));
  const lines = results.map(({ file, outcome }) => `${path.relative(terminal.cwd(), file)}: ${outcome}\n`);
  terminal.stdout.write(json ? `${JSON.stringify(results)}\n` : lines.join(''));
  if (kept.length > 0) terminal.stderr.write('"hsu agent init --force" overwrites what was changed by hand.\n');
  return kept.length === 0 ? 0 : 1;
}

/** The folder of the repository, where agents look for skills; without one this folder. */
function projectOf(folder: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) return at;
    if (path.dirname(at) === at) return folder;
  }
}

async function call({ terminal, file }: Invocation, tool: string, json: string): Promise<ExitCode> {
  const host = new SocketHost(file(), 'hsu agent', false);
  try {
    const input = parse(json);
    const { text, failed } = await runTool({ tool, input, host, signal: new AbortController().signal });
    (failed ? terminal.stderr : terminal.stdout).write(`${text}\n`);
    return failed ? 1 : 0;
  } finally {
    await host.dispose();
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError(`A tool's input is a JSON value such as '{"id":"api"}', not ${json.slice(0, 80)}.`);
  }
}
