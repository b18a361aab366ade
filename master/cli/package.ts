import path from 'node:path';
import { applyEdits } from '../config/apply-edits.ts';
import { installPackage } from '../packages/install-package.ts';
import { listInstallations, type Installation } from '../packages/installation.ts';
import { openRepository } from '../packages/open-repository.ts';
import { readPackageRequest } from '../packages/package-name.ts';
import { removePackage } from '../packages/remove-package.ts';
import type { PackageRepository } from '../packages/repository.ts';
import { rollbackOf } from '../packages/rollback-package.ts';
import { usersOf } from '../packages/users-of.ts';
import { readText, replaceText } from '../world/text-file.ts';
import { CommandError, UsageError, type Command, type Invocation } from './command.ts';

export const packageCommand: Command = {
  name: 'package',
  usage: 'list | install NAME[:VERSION]… --from FOLDER|URL | remove NAME:VERSION | rollback NAME',
  summary: 'Installs packages beside the workers file from a folder or an npm registry, and removes them.',
  options: {
    from: { type: 'string', value: 'FOLDER|URL', about: 'Where to install from: a folder, or an npm registry.' },
  },
  async run(invocation) {
    const [action, ...names] = invocation.positionals;
    if (action === 'list' && names.length === 0) list(invocation);
    else if (action === 'install' && names.length > 0) await install(invocation, names);
    else if (action === 'remove' && names.length === 1) await remove(invocation, names[0] ?? '');
    else if (action === 'rollback' && names.length === 1) await rollback(invocation, names[0] ?? '');
    else throw new UsageError('hsu package needs list, install, remove or rollback, and the name of a package.');
    return 0;
  },
};

function list(invocation: Invocation): void {
  const installations = listInstallations(path.dirname(invocation.file()));
  const lines = installations.map(({ name, version, source }) => `${name}:${version}, from ${source}`);
  answer(invocation, installations, lines.length === 0 ? ['No package is installed.'] : lines);
}

async function install(invocation: Invocation, names: readonly string[]): Promise<void> {
  const repository = repositoryOf(invocation);
  const folder = path.dirname(invocation.file());
  const requests = names.map(readPackageRequest);
  const installed: Installation[] = [];
  for (const request of requests) {
    const { installation, already } = await installPackage(folder, request, repository);
    installed.push(installation);
    const done = already ? 'is installed already' : `is installed in ${installation.folder}`;
    if (!invocation.json) answer(invocation, [], [`${installation.name}:${installation.version} ${done}.`]);
  }
  // One is told as itself, several as a list: one value in either case.
  if (invocation.json) answer(invocation, installed.length === 1 ? (installed[0] ?? {}) : installed, []);
}

function repositoryOf({ text, terminal }: Invocation): PackageRepository {
  const from = text('from');
  if (from === undefined) throw new UsageError("hsu package install needs --from with a folder or a registry's URL.");
  return openRepository(from, terminal.cwd());
}

async function remove(invocation: Invocation, text: string): Promise<void> {
  const file = invocation.file();
  const { name, range } = readPackageRequest(text);
  const installation = installed(file, name).find(({ version }) => version === range);
  if (installation === undefined) throw new CommandError(`${text} is not installed: "hsu package list" shows what is.`);
  const users = await usersOf(file, installation);
  if (users.length > 0) {
    throw new CommandError(`${text} is needed by ${users.join(', ')}: let them name another package first.`);
  }
  await removePackage(path.dirname(file), installation);
  answer(invocation, installation, [`${text} is removed.`]);
}

/** Lets the workers name the version that was installed before the one they name now; both stay installed. */
async function rollback(invocation: Invocation, name: string): Promise<void> {
  const file = invocation.file();
  const before = await readText(file);
  const { from, to, edits } = rollbackOf(before, name, installed(file, name));
  await replaceText(file, applyEdits(before, edits));
  answer(invocation, { name, from, to }, [
    `The workers of ${name}:${from} use ${name}:${to} now; "hsu apply" restarts them.`,
  ]);
}

/** Oldest first. */
function installed(file: string, name: string): Installation[] {
  return listInstallations(path.dirname(file)).filter((installation) => installation.name === name);
}

function answer({ json, terminal }: Invocation, value: object, lines: readonly string[]): void {
  terminal.stdout.write(json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
}
