import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatOf } from '../import/read-services.ts';
import { candidatesOf, workersText, type Candidate, type Source } from '../import/workers-text.ts';
import { codeOf, whyRefused } from '../world/why-refused.ts';
import { readTextNow } from '../world/text-file.ts';
import { CommandError, type Command, type Invocation } from './command.ts';

export const importCommand: Command = {
  name: 'import',
  usage: '[FILE…] [--only ID,…] [--write]',
  summary:
    'Shows the workers file for what package.json, Procfile, compose, pm2 or process-compose files describe; --write writes it.',
  options: {
    only: { type: 'string', value: 'ID,…', about: 'Takes these services alone.' },
    write: { type: 'boolean', about: 'Writes the file, unless it is there.' },
  },
  run(invocation) {
    const { terminal, positionals, flag, json } = invocation;
    const target = path.resolve(terminal.cwd(), invocation.text('file') ?? 'workers.yaml');
    const folder = path.dirname(target);
    const named = positionals.map((file) => path.resolve(terminal.cwd(), file));
    const { candidates, refused } = readAll(folder, named.length > 0 ? named : filesIn(folder));
    if (named.length > 0) refused.forEach((sentence) => terminal.stderr.write(`${sentence}\n`));
    const chosen = chosenOf(candidates, invocation);
    if (chosen.length === 0) {
      throw new CommandError(
        `Nothing to import was found in ${folder}: name a package.json, Procfile, compose, pm2 or process-compose file.`,
      );
    }
    const text = workersText(chosen);
    if (flag('write')) write(target, text);
    if (json) {
      const services = chosen.map(({ id, source, service }) => ({ id, source: source.file, ...service }));
      terminal.stdout.write(`${JSON.stringify({ file: target, written: flag('write'), services, text })}\n`);
    } else if (flag('write')) {
      terminal.stdout.write(`${target} has ${chosen.map(({ id }) => id).join(', ')}; "hsu run" runs them.\n`);
    } else terminal.stdout.write(text);
    return Promise.resolve(0);
  },
};

function write(target: string, text: string): void {
  try {
    writeFileSync(target, text, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new CommandError(`${target} cannot be written: ${whyRefused(error)}.`);
    throw new CommandError(
      `${target} is there already and is left as it is: leave --write out and copy what you need, or give another --file.`,
    );
  }
}

function chosenOf(candidates: readonly Candidate[], { text }: Invocation): readonly Candidate[] {
  const only = text('only')?.split(',');
  const unknown = only?.find((id) => !candidates.some((candidate) => candidate.id === id));
  if (unknown !== undefined) {
    const known = candidates.map(({ id }) => id).join(', ') || 'none';
    throw new CommandError(`There is no service "${unknown}" to import; there are: ${known}.`);
  }
  return candidates.filter(({ id }) => only?.includes(id) ?? true);
}

/** Files of known names in a folder and one level below it. */
function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory() && !/^(\.|node_modules$)/.test(entry.name));
  const lists = [folder, ...below.map(({ name }) => path.join(folder, name)).sort()].map((each) =>
    namesIn(each)
      .filter((name) => formatOf(name))
      .map((name) => path.join(each, name)),
  );
  return lists.flat();
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // What may not be listed holds nothing for us.
    return [];
  }
}

function readAll(folder: string, files: readonly string[]) {
  const refused: string[] = [];
  const read = files.flatMap((file) => {
    const name = path.basename(file);
    const format = formatOf(name);
    if (!format) {
      throw new CommandError(
        `${file} is named like no file that can be imported: package.json, Procfile, compose.yaml, ecosystem.config.js or process-compose.yaml.`,
      );
    }
    const result = format.read(readTextNow(file), name);
    if ('refused' in result) {
      refused.push(`Nothing is imported from ${file}: ${result.refused}.`);
      return [];
    }
    const source: Source = {
      file: slashes(path.relative(folder, file)),
      folder: slashes(path.relative(folder, path.dirname(file))) || '.',
    };
    return result.services.map((service) => ({ source, service }));
  });
  return { candidates: candidatesOf(read), refused };
}

function slashes(place: string): string {
  return place.replaceAll('\\', '/');
}
