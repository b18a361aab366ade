import { maxSatisfying, validRange } from 'semver';
import type { Deployment, ModuleDeployment, ProcessDeployment } from './deployment.ts';
import { isNativeLibrary } from './native-library.ts';
import { present } from './values.ts';
import type { ExecutionConfig, PackageReference, PlacementConfig } from './worker-config.ts';
import type { FileFact, InstalledPackage, World } from './world.ts';

/** What was found out on the way from a worker's configuration to what is run. */
export interface Resolution {
  readonly package: PackageResolution;
  /** Absent where there is nothing to run, or a package or file is not known yet. */
  readonly deployment?: Deployment;
  /** Why nothing can be run the way `type` says, as a sentence without the worker's name. */
  readonly impossible?: string;
  /** The program or module file, and which side of the configuration wrote it. */
  readonly target?: Target;
}

export type PackageResolution =
  | { readonly kind: 'none' }
  /** The packages are not known yet. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'unknown'; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: 'no-version'; readonly name: string; readonly range: string; readonly versions: readonly string[] }
  | { readonly kind: 'found'; readonly installed: InstalledPackage };

export interface Target {
  readonly what: 'executable' | 'module';
  /** As written. */
  readonly written: string;
  readonly origin: 'worker' | 'manifest';
  /** Absolute; null for a bare name that is no program on the PATH. */
  readonly path: string | null;
  readonly fact?: FileFact;
}

const nodeScript = /\.(?:[cm]?js|[cm]?ts)$/i;

/** Finds how a worker is run, or derives it from the other deployment where only that one is written. */
export function resolveDeployment(config: PlacementConfig, world: World): Resolution {
  const found = resolvePackage(config.package, world);
  if (found.kind === 'pending') return { package: found };
  if (config.management === 'unmanaged') {
    return { package: found, deployment: { kind: 'unmanaged', workingDirectory: world.folder } };
  }
  const installed = found.kind === 'found' ? found.installed : undefined;
  const resolved = config.type === 'process' ? processOf(config, installed, world) : moduleOf(config, installed, world);
  // Without its package nothing is certain: the finding about the package says enough.
  if ((found.kind === 'unknown' || found.kind === 'no-version') && resolved.impossible) return { package: found };
  return { package: found, ...resolved };
}

/** The newest installed package that a reference means. */
function resolvePackage(reference: PackageReference | undefined, world: World): PackageResolution {
  if (!reference) return { kind: 'none' };
  const all = world.packages();
  if (!all) return { kind: 'pending' };
  const { name, range } = reference;
  const named = all.filter((one) => one.name === name);
  if (named.length === 0) return { kind: 'unknown', name, known: [...new Set(all.map((one) => one.name))] };
  const versions = named.map((one) => one.version);
  const version =
    range !== undefined && validRange(range) === null
      ? versions.find((one) => one === range)
      : (maxSatisfying(versions, range ?? '*', { includePrerelease: range === undefined }) ?? undefined);
  const installed = named.find((one) => one.version === version);
  return installed ? { kind: 'found', installed } : { kind: 'no-version', name, range: range ?? '*', versions };
}

type Outcome = Omit<Resolution, 'package'>;

function processOf(config: PlacementConfig, installed: InstalledPackage | undefined, world: World): Outcome {
  const program = programOf(config, installed, world);
  if (program) {
    const { target, folder, args } = program;
    if (target.path === null || target.fact?.kind !== 'file') return { target };
    // A script that is not executable itself is run by Node, as `node server.js` would.
    const isScript = !target.fact.executable && nodeScript.test(target.path);
    const executable = isScript ? world.program('node') : target.path;
    if (executable === undefined || executable === null) return { target };
    const deployment: ProcessDeployment = {
      kind: 'process',
      executable,
      args: isScript ? [target.path, ...args] : args,
      workingDirectory: workingDirectory(config, folder, world),
      environment: config.execution?.environment ?? {},
    };
    const written = config.execution?.envFile;
    return { target, deployment: written === undefined ? deployment : { ...deployment, ...envFile(written, world) } };
  }
  const hosted = moduleFile(config, installed, world);
  if (!hosted) {
    if (config.module?.moduleName !== undefined) {
      return { impossible: 'a factory registered in the master can only run as a module' };
    }
    return { impossible: 'neither it nor a package says what to execute: write execution.executable_path or package' };
  }
  if (!hosted.module) return hosted;
  return {
    ...hosted,
    deployment: present({
      kind: 'process',
      args: hosted.module.args,
      workingDirectory: workingDirectory(config, hosted.module.folder, world),
      environment: hosted.module.environment,
      envFile: hosted.module.envFile,
      hosted: hosted.module,
    }),
  };
}

function moduleOf(config: PlacementConfig, installed: InstalledPackage | undefined, world: World): Outcome {
  const name = config.module?.moduleName;
  if (name !== undefined && config.module?.modulePath === undefined) {
    const { config: settings = {}, args = [], environment = {} } = config.module ?? {};
    const rest = { config: settings, args, environment, folder: world.folder };
    return {
      deployment: {
        kind: 'module',
        isolation: config.module?.isolation ?? 'shared',
        path: '',
        registeredName: name,
        ...rest,
      },
    };
  }
  const file = moduleFile(config, installed, world);
  if (file) return present({ target: file.target, deployment: file.module });
  const program = scriptOf(config, installed, world);
  if (!program) {
    return { impossible: 'neither it nor a package names a module: write module.module_path or package' };
  }
  if (!program.script) {
    const what = program.target.written;
    return {
      impossible: `it only has the program ${what}, and only a Node script (server.js, or node server.js) can run inside the master: write module.module_path, or keep type: process`,
    };
  }
  const { target, args, folder } = program;
  if (target.path === null || target.fact?.kind !== 'file') return { target };
  return {
    target,
    deployment: {
      kind: 'module',
      isolation: config.module?.isolation ?? 'thread',
      path: target.path,
      config: config.module?.config ?? {},
      args,
      environment: { ...config.execution?.environment, ...config.module?.environment },
      folder,
      ...envFile(config.module?.envFile ?? config.execution?.envFile, world),
      ...permissions(config, world),
    },
  };
}

interface Program {
  readonly target: Target;
  readonly args: readonly string[];
  /** What the program belongs to: its package's folder, else the workers file's. */
  readonly folder: string;
}

function programOf(
  config: PlacementConfig,
  installed: InstalledPackage | undefined,
  world: World,
): Program | undefined {
  const own = config.execution?.executablePath;
  const manifest = installed?.manifest.process;
  const args = config.execution?.args ?? manifest?.args ?? [];
  if (own !== undefined && config.olderForm) {
    const path = world.resolve(world.folder, own);
    const target = withFact({ what: 'executable', written: own, origin: 'worker', path }, world);
    return { target, args, folder: world.parent(path) };
  }
  if (own !== undefined) return { target: executable(own, world), args, folder: world.folder };
  if (!manifest || !installed) return undefined;
  const path = world.resolve(installed.folder, manifest.executablePath);
  const target = withFact({ what: 'executable', written: manifest.executablePath, origin: 'manifest', path }, world);
  return { target, args, folder: installed.folder };
}

/** A bare name is a file of this folder, else a program on the PATH; everything else a path from this folder. */
function executable(written: string, world: World): Target {
  const local = world.resolve(world.folder, written);
  const target = { what: 'executable', written, origin: 'worker' } as const;
  if (/[/\\]/.test(written)) return withFact({ ...target, path: local }, world);
  const fact = world.file(local);
  if (!fact) return { ...target, path: local };
  if (fact.kind === 'file') return { ...target, path: local, fact };
  const program = world.program(written);
  if (program === undefined) return { ...target, path: written };
  return program === null ? { ...target, path: null } : withFact({ ...target, path: program }, world);
}

/** The Node script among a program and its arguments: `server.js`, or the first argument of `node`. */
function scriptOf(
  config: PlacementConfig,
  installed: InstalledPackage | undefined,
  world: World,
): (Program & { readonly script: boolean }) | undefined {
  const program = programOf(config, installed, world);
  if (!program) return undefined;
  const { target, args, folder } = program;
  if (nodeScript.test(target.written)) return { ...program, script: true };
  const [first, ...rest] = args;
  if (!/^(?:.*[/\\])?node(?:\.exe)?$/i.test(target.written) || first === undefined || !nodeScript.test(first)) {
    return { ...program, script: false };
  }
  const path = world.resolve(workingDirectory(config, folder, world), first);
  const script = withFact({ what: 'executable', written: first, origin: target.origin, path }, world);
  return { target: script, args: rest, folder, script: true };
}

function moduleFile(
  config: PlacementConfig,
  installed: InstalledPackage | undefined,
  world: World,
): { readonly target: Target; readonly module?: ModuleDeployment } | undefined {
  const own = config.module?.modulePath;
  const manifest = installed?.manifest.module;
  const written = own ?? manifest?.modulePath;
  if (written === undefined) return undefined;
  const origin = own === undefined ? 'manifest' : 'worker';
  const base = origin === 'manifest' && installed ? installed.folder : world.folder;
  const path = world.resolve(base, written);
  const target = withFact({ what: 'module', written, origin, path }, world);
  if (target.fact?.kind !== 'file') return { target };
  const entryPoint = config.module?.entryPoint ?? manifest?.entryPoint;
  const module: ModuleDeployment = present({
    kind: 'module',
    isolation: isolationOf(path, entryPoint, config.module?.isolation),
    path,
    entryPoint,
    config: config.module?.config ?? {},
    args: config.module?.args ?? [],
    environment: config.module?.environment ?? {},
    folder: installed?.folder ?? world.parent(path),
    ...envFile(config.module?.envFile, world),
    ...permissions(config, world),
    packaged: origin === 'manifest' && installed ? packaged(installed, path, world) : undefined,
  });
  return { target, module };
}

/** The file's kind decides first; then what is written; an entry point shares the host, a program has a thread. */
export function isolationOf(
  path: string,
  entryPoint: string | undefined,
  written: 'shared' | 'thread' | undefined,
): ModuleDeployment['isolation'] {
  if (/\.wasm$/i.test(path)) return 'wasm';
  if (isNativeLibrary(path)) return 'native';
  return written ?? (entryPoint === undefined ? 'thread' : 'shared');
}

function workingDirectory(config: PlacementConfig, folder: string, world: World): string {
  const written: ExecutionConfig['workingDirectory'] = config.execution?.workingDirectory;
  return written === undefined ? folder : world.resolve(world.folder, written);
}

function envFile(written: string | undefined, world: World): { envFile?: string } {
  return written === undefined ? {} : { envFile: world.resolve(world.folder, written) };
}

function packaged({ folder, manifest }: InstalledPackage, path: string, world: World): ModuleDeployment['packaged'] {
  const checksums = Object.entries(manifest.checksums ?? {});
  const [, written] = checksums.find(([file]) => world.resolve(folder, file) === path) ?? [];
  return present({ folder, sha256: written?.replace(/^sha256[:-]/, '').toLowerCase() });
}

function permissions({ module }: PlacementConfig, world: World): Pick<ModuleDeployment, 'permissions'> {
  if (!module?.permissions) return {};
  const absolute = (paths: readonly string[]) => paths.map((written) => world.resolve(world.folder, written));
  const { fsRead, fsWrite, ...rest } = module.permissions;
  return { permissions: { ...rest, fsRead: absolute(fsRead), fsWrite: absolute(fsWrite) } };
}

function withFact(target: Omit<Target, 'fact'>, world: World): Target {
  const fact = target.path === null ? undefined : world.file(target.path);
  return fact ? { ...target, fact } : target;
}
