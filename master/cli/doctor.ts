import { existsSync } from 'node:fs';
import path from 'node:path';
import { connectToMaster, NoMasterError } from '../connect.ts';
import { placesOf, preparePlaces } from '../places.ts';
import type { MasterDescription } from '../protocol.ts';
import { describeThisProcess } from '../describe-process.ts';
import { findProblems } from '../world/read-configuration.ts';
import { readText } from '../world/text-file.ts';
import type { Command } from './command.ts';
import { patienceMs } from './with-master.ts';

interface Diagnosis {
  /** What this terminal would run workers with. */
  readonly terminal: MasterDescription;
  /** What the running master runs them with; null when none runs. */
  readonly master: MasterDescription | null;
  /** One sentence each, with the way out; empty when all is well. */
  readonly problems: readonly string[];
}

export const doctorCommand: Command = {
  name: 'doctor',
  usage: '',
  summary: 'Shows versions and both environments, the terminal’s and the master’s, and says what is wrong.',
  options: {},
  words: 0,
  async run({ terminal, file, json }) {
    const diagnosis = await diagnose(file());
    terminal.stdout.write(json ? `${JSON.stringify(diagnosis)}\n` : describe(diagnosis));
    return diagnosis.problems.length === 0 ? 0 : 1;
  },
};

async function diagnose(file: string): Promise<Diagnosis> {
  const terminal = describeThisProcess();
  const problems: string[] = [];
  let master: MasterDescription | null = null;
  try {
    preparePlaces(placesOf(file));
    const client = await connectToMaster({ file, name: 'hsu doctor', owner: false, patienceMs });
    master = await client.describe();
    client.dispose();
  } catch (error) {
    if (!(error instanceof NoMasterError)) problems.push(error instanceof Error ? error.message : String(error));
  }
  problems.push(...wrongHere(terminal), ...(master ? wrongThere(terminal, master) : []));
  const errors = findProblems(file, await readText(file)).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const counted = errors.length === 1 ? '1 error' : `${errors.length} errors`;
    problems.push(`${file} has ${counted}: "hsu validate" shows everything.`);
  }
  return { terminal, master, problems };
}

function wrongHere({ node, search }: MasterDescription): string[] {
  const [major = 0, minor = 0] = node.slice(1).split('.').map(Number);
  const problems: string[] = [];
  if (major < 20 || (major === 20 && minor < 19)) {
    problems.push(`Node ${node} is too old: hsu needs 20.19 or newer.`);
  }
  const missing = search.filter((folder) => !existsSync(folder));
  if (missing.length > 0) problems.push(`The PATH names folders that do not exist: ${missing.join(', ')}.`);
  return problems;
}

/** What is wrong with the running master, and what the same workers file means differently under it and in the terminal. */
function wrongThere(terminal: MasterDescription, master: MasterDescription): string[] {
  const problems: string[] = [];
  if (master.pid === 1) {
    problems.push(
      'The master is process 1 of its container, which nobody cleans up after: what workers leave running when they end stays as a zombie once it is ended. Start the container with an init ("docker run --init", "init: true" in compose).',
    );
  }
  if (terminal.version !== master.version) {
    problems.push(
      `This hsu is ${terminal.version}, the running master ${master.version}: restart the master, or use the hsu that comes with it.`,
    );
  }
  const only = (here: MasterDescription, there: MasterDescription) =>
    here.search.filter((folder) => !there.search.includes(folder));
  const inTerminal = only(terminal, master);
  const inMaster = only(master, terminal);
  if (inTerminal.length + inMaster.length > 0) {
    const parts = [
      inTerminal.length > 0 ? `only in the terminal: ${inTerminal.join(path.delimiter)}` : '',
      inMaster.length > 0 ? `only in the master: ${inMaster.join(path.delimiter)}` : '',
    ].filter((part) => part !== '');
    problems.push(
      `The PATH differs (${parts.join('; ')}): a program may be found in one and not in the other. Start the editor from this terminal, or name programs by their whole path.`,
    );
  }
  return problems;
}

function describe({ terminal, master, problems }: Diagnosis): string {
  const lines = [
    `terminal  hsu ${terminal.version}, Node ${terminal.node} (${terminal.executable}), ${terminal.platform}`,
    master
      ? `master    hsu ${master.version}, Node ${master.node} (${master.executable}), pid ${master.pid}, since ${master.since}`
      : 'master    none is running',
    ...(problems.length === 0 ? ['Nothing is wrong.'] : problems.map((problem) => `- ${problem}`)),
  ];
  return `${lines.join('\n')}\n`;
}
