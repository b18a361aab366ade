// `npm start`: opens VS Code with the extension on the example. `npm start -- --headless` runs the example without an editor.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { installDependencies } from './test/tooling/install-dependencies.mjs';

const root = import.meta.dirname;
const example = path.join(root, 'examples', 'data-processor');
const { values: options } = parseArgs({ options: { headless: { type: 'boolean', default: false } } });

try {
  installDependencies(root);
  build();
  // The program takes this process over: a Ctrl-C reaches it, and nothing stands between it and its exit code.
  const [script = '', ...args] = options.headless
    ? ['dist/cli.js', 'run', '--file', path.join(example, 'workers.yaml')]
    : ['dist/test/editor-host/open.main.js', example];
  const program = path.join(root, script);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function build() {
  const { status } = spawnSync(process.execPath, [path.join(root, 'esbuild.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed: its lines above say why');
}
