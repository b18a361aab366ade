import type { ImportedService, ImportResult } from './imported-service.ts';
import { readCommand } from './read-command.ts';
import { isMapping, member, textOf } from './values.ts';

/** Names of scripts that go on until they are stopped; the first of them is what people start. */
const services = ['start', 'dev', 'serve', 'server', 'worker', 'watch', 'preview'] as const;
const serviceName = new RegExp(`^(${services.join('|')})(?:[:.-](.+))?$`);

/** The scripts of a package.json that are services by their names. */
export function readPackageJson(text: string): ImportResult {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    return { refused: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const scripts = member(manifest, 'scripts');
  const found = Object.entries(isMapping(scripts) ? scripts : {}).flatMap(([script, command]) => {
    const [, kind, part] = serviceName.exec(script) ?? [];
    return kind !== undefined && typeof command === 'string' ? [{ script, command, kind, part }] : [];
  });
  if (found.length === 0) {
    return { refused: `it has no script that is a service by its name (${services.join(', ')}, or start:NAME)` };
  }
  const runner = runnerOf(manifest);
  const whole = services.find((name) => found.some(({ kind, part }) => kind === name && part === undefined));
  const packageName = textOf(member(manifest, 'name'))?.replace(/^@[^/]*\//, '');
  return {
    services: found.map(({ script, command, kind, part }): ImportedService => {
      const isOther = part === undefined && kind !== whole && whole !== undefined;
      return {
        name: kind === whole && part === undefined ? (packageName ?? script) : script,
        ...programOf(script, command, runner),
        ...(isOther ? { enabled: false } : {}),
        ...(isOther ? { notes: [`is not enabled: it is likely "${whole}" in another manner`] } : {}),
      };
    }),
  };
}

/** `node server.js` is run as it stands, so that it may become a module too; everything else by the package manager. */
function programOf(
  script: string,
  line: string,
  runner: string,
): Pick<ImportedService, 'program' | 'notes' | 'environment'> {
  const command = readCommand(line);
  if (command.program.executable === 'node' && command.notes.length === 0) return command;
  return { program: { executable: runner, args: ['run', script] }, notes: [] };
}

function runnerOf(manifest: unknown): string {
  const [name] = (textOf(member(manifest, 'packageManager')) ?? 'npm').split('@');
  return name === 'pnpm' || name === 'yarn' || name === 'bun' ? name : 'npm';
}
