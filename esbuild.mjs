// Builds everything that runs: `node esbuild.mjs [--production] [--outdir DIR]`, into dist/ if not told otherwise.
// The product's bundles stand in its root, the tests' in its test/: each test file and each *.main.ts a bundle of its own.
import { build } from 'esbuild';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compileSchemas } from './master/config/compile-schemas.mjs';

const { values: options } = parseArgs({
  options: { production: { type: 'boolean', default: false }, outdir: { type: 'string', default: 'dist' } },
});
const { production } = options;
const root = import.meta.dirname;
const dist = path.resolve(root, options.outdir);

/** What the editor loads. */
const editorEntries = {
  extension: 'client/extension.ts',
  'language-client': 'client/language/language-server.ts',
  'master-client': 'master/connect.ts',
};

/** Bundle name → entry. What one bundle starts at run time it finds beside itself. */
const entries = {
  server: 'server/main.ts',
  master: 'master/main.ts',
  cli: 'master/cli.ts',
  'module-host': 'master/workers/module/host/module-host.ts',
  'typescript-hooks': 'master/workers/module/host/typescript-hooks.ts',
  'compile-typescript': 'master/workers/module/host/compile-typescript.ts',
  execa: 'master/execa.ts',
  'grpc-probe': 'master/health/grpc-probe.ts',
  'inspector-client': 'master/inspector/inspector-client.ts',
  'worker-metrics': 'master/metrics/worker-metrics.ts',
  'wait-for-debugger': 'master/workers/process/wait-for-debugger.ts',
  'module-process': 'master/workers/module/host/module-process.ts',
  module: 'master/workers/module/contract.ts',
  library: 'master/library.ts',
};

/**
 * What threads begin with, as .cjs: of a .js file Node asks the nearest package.json what it is, and reading that of an
 * extension takes milliseconds of every start.
 */
const threadEntries = {
  'start-host': 'master/workers/module/host/start-host.ts',
  'program-preload': 'master/workers/module/host/program-preload.ts',
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // gRPC wants proto-loader only to serve channelz, which nothing here does.
  // The two last are native helpers of ws, which it does without.
  external: ['vscode', 'koffi', '@grpc/proto-loader', 'bufferutil', 'utf-8-validate'],
  sourcemap: production ? false : 'linked',
  minify: production,
  legalComments: 'none',
  logLevel: 'warning',
};

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const constants = { VERSION: JSON.stringify(version) };

/** `hsu` is the master's bundle, called by another name: what both need is shipped once. */
const commandLineInMaster = {
  name: 'command-line-in-master',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/main\.ts$/ }, ({ importer }) =>
      importer.endsWith(path.join('master', 'cli.ts')) ? { path: './master.js', external: true } : undefined,
    );
  },
};

/**
 * Each `import * as vscode` would copy the hundreds of names of the editor's interface, as it does with any CommonJS module;
 * these copies would be most of what it takes to load the extension. So they are made once, for all files.
 */
const vscodeOnce = {
  name: 'vscode-once',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^vscode$/ }, ({ kind, namespace }) =>
      kind === 'import-statement' && namespace === 'file' ? { path: 'vscode', namespace: 'vscode-once' } : undefined,
    );
    onLoad({ filter: /^vscode$/, namespace: 'vscode-once' }, () => ({ contents: "export * from 'vscode';" }));
  },
};

/** The libraries of both protocols are most of the extension's code: apart, they are not read while the extension loads. */
const protocolsApart = {
  name: 'protocols-apart',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve }) {
    const apart = { 'client/language/language-server.ts': 'language-client', 'master/connect.ts': 'master-client' };
    for (const [file, bundle] of Object.entries(apart)) {
      onResolve({ filter: new RegExp(`/${path.basename(file)}$`) }, ({ kind, path: imported, resolveDir }) =>
        kind === 'dynamic-import' && path.resolve(resolveDir, imported) === path.join(root, file)
          ? { path: `./${bundle}.js`, external: true }
          : undefined,
      );
    }
  },
};

/**
 * `import net from 'node:net'` is what `require` gives; esbuild would copy all it holds into an object of its own first,
 * which is a part of the time that a thread takes to start.
 */
const builtinsAsTheyAre = {
  name: 'builtins-as-they-are',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onLoad }) {
    const master = path.join(root, 'master', path.sep);
    onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      if (!file.startsWith(master)) return undefined;
      const text = readFileSync(file, 'utf8');
      const contents = text.replace(/^import (\w+) from ('node:[\w/]+');$/gm, 'const $1 = require($2);');
      return { contents, loader: 'ts' };
    });
  },
};

rmSync(dist, { recursive: true, force: true });
await compileSchemas();
const product = {
  ...common,
  outdir: dist,
  define: { ...constants, DIST_FOLDER: '__dirname' },
  plugins: [commandLineInMaster, builtinsAsTheyAre],
};
await build({
  ...product,
  entryPoints: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(path.join(root, file)))),
});
await build({ ...product, entryPoints: threadEntries, outExtension: { '.js': '.cjs' } });

await build({
  ...common,
  entryPoints: editorEntries,
  outdir: dist,
  define: { ...constants, DIST_FOLDER: '__dirname' },
  plugins: [vscodeOnce, protocolsApart],
  // The editor stands in for `vscode` where something is required, so that is how the bundles are loaded.
  supported: { 'dynamic-import': false },
});

// The page of the details view runs in a browser.
await build({
  ...common,
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  entryPoints: [
    { in: 'client/details/webview/main.ts', out: 'details' },
    { in: 'client/details/webview/details.css', out: 'details' },
  ],
  outdir: dist,
});

// The example as Node 20 runs it, which reads no TypeScript.
await build({
  ...common,
  entryPoints: ['examples/data-processor/src/data-processor.ts'],
  outdir: path.join(root, 'examples/data-processor/lib'),
  format: 'esm',
  sourcemap: 'linked',
  minify: false,
});

if (production) {
  for (const file of readdirSync(dist)) {
    const { size } = statSync(path.join(dist, file));
    console.log(`${file.padEnd(24)} ${(size / 1024).toFixed(0).padStart(6)} kB`);
  }
} else {
  const tests = readdirSync(path.join(root, 'test'), { recursive: true })
    .filter((file) => /\.(test|main)\.ts$/.test(file) || file === path.join('editor', 'suite.ts'))
    .filter((file) => !file.startsWith('fixtures'));
  await build({
    ...common,
    entryPoints: tests.map((file) => path.join('test', file)),
    outbase: 'test',
    outdir: path.join(dist, 'test'),
    packages: 'external',
    define: {
      ...constants,
      DIST_FOLDER: JSON.stringify(dist),
      ROOT_FOLDER: JSON.stringify(root),
    },
  });
}
