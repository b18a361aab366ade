import assert from 'node:assert/strict';
import { applyEdits } from '../../../master/config/apply-edits.ts';
import { describeFilled } from '../../../master/config/fill-block.ts';
import { switchDeployment } from '../../../master/config/switch-deployment.ts';
import { switchInOverlay } from '../../../master/config/switch-in-overlay.ts';
import { WorkersDocument } from '../../../master/config/workers-document.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const world = memoryWorld({
  '/work/packages/both/package.yaml': {
    text: `name: both
version: 1.2.3
process: { executable_path: bin/both, args: [--serve, "80"] }
module: { module_path: both.mjs, entry_point: create }
config_schema:
  required: [port, name]
  properties: { port: { type: integer, default: 8080 }, name: { type: string }, level: { default: info } }
`,
  },
  '/work/packages/both/bin/both': { executable: true },
  '/work/packages/both/both.mjs': { exports: ['create'] },
  '/work/packages/plain/package.yaml': {
    text: 'name: plain\nversion: 1.0.0\nprocess: { executable_path: run }\nmodule: { module_path: run.mjs }\n',
  },
  '/work/packages/plain/run': { executable: true },
  '/work/packages/plain/run.mjs': {},
  '/work/packages/free/package.yaml': {
    text: 'name: free\nversion: 1.0.0\nprocess: { executable_path: run, args: [-x] }\nmodule: { module_path: run.mjs, entry_point: create }\n',
  },
  '/work/packages/free/run': { executable: true },
  '/work/packages/free/run.mjs': { exports: ['create'] },
  '/work/server.mjs': { exports: ['create'] },
});

function switched(text: string, id: string, to: 'process' | 'module'): string {
  const result = switchDeployment(text, id, to, world);
  assert.ok('edits' in result, JSON.stringify(result));
  return applyEdits(text, result.edits);
}

/** What it does, the worker, the way it is to run, the text before and after. */
const cases: readonly (readonly [string, string, 'process' | 'module', string, string])[] = [
  [
    'fills a missing module block from the manifest, quoted and indented as the worker is, and keeps comments',
    'a',
    'module',
    `# mine\nworkers:\n    - id: "a" # first\n      type: "process" # where\n      package: "both:1.2.3"\n      execution:\n          args: ["-x"] # kept\n\n    # second\n    - id: b\n      type: process\n      package: both\n`,
    `# mine\nworkers:\n    - id: "a" # first\n      type: "module" # where\n      package: "both:1.2.3"\n      execution:\n          args: ["-x"] # kept\n      module:\n          entry_point: "create"\n          config:\n              port: 8080\n\n    # second\n    - id: b\n      type: process\n      package: both\n`,
  ],
  [
    'fills a missing execution block',
    'a',
    'process',
    'workers:\n  - id: a\n    type: module\n    package: both\n    module:\n      config: { text: |- }\n',
    'workers:\n  - id: a\n    type: process\n    package: both\n    module:\n      config: { text: |- }\n    execution:\n      args:\n        - --serve\n        - "80"\n',
  ],
  [
    'adds nothing beside a block that is there',
    'a',
    'module',
    'workers:\n  - id: a\n    type: process\n    package: both\n    module: { config: { port: 1 } }\n',
    'workers:\n  - id: a\n    type: module\n    package: both\n    module: { config: { port: 1 } }\n',
  ],
  [
    'adds nothing where the manifest says no more than which file it is',
    'a',
    'module',
    'workers:\n  - id: a\n    type: process\n    package: plain\n',
    'workers:\n  - id: a\n    type: module\n    package: plain\n',
  ],
  [
    'adds nothing where the other deployment is derived without a manifest',
    'a',
    'module',
    'workers:\n  - id: a\n    type: process\n    execution: { executable_path: node, args: [server.mjs] }\n',
    'workers:\n  - id: a\n    type: module\n    execution: { executable_path: node, args: [server.mjs] }\n',
  ],
  [
    'fills the block of a worker in braces',
    'a',
    'module',
    'workers: [{ id: a, type: process, package: both }, { id: b, type: process, package: both }]\n',
    'workers: [{ id: a, type: module, package: both, module: { entry_point: create, config: { port: 8080 } } }, { id: b, type: process, package: both }]\n',
  ],
  [
    'gives a worker a type of its own where it shares one',
    'a',
    'module',
    'x-base: &base { type: process, package: plain }\nworkers:\n  - id: a\n    <<: *base\n  - id: b\n    <<: *base\n',
    'x-base: &base { type: process, package: plain }\nworkers:\n  - id: a\n    type: module\n    <<: *base\n  - id: b\n    <<: *base\n',
  ],
];

describe('switching the deployment', () => {
  for (const [name, id, to, before, after] of cases) {
    it(name, () => {
      assert.equal(switched(before, id, to), after);
      assert.equal(switched(before.replaceAll('\n', '\r\n'), id, to), after.replaceAll('\n', '\r\n'));
    });
  }

  it('runs with the filled block what it runs without', () => {
    for (const type of ['process', 'module'] as const) {
      const before = `workers:\n  - id: a\n    type: ${type}\n    package: free\n`;
      const to = type === 'process' ? 'module' : 'process';
      const bare = deploymentOf(before.replace(type, to));
      const filled = deploymentOf(switched(before, 'a', to));
      assert.ok(bare);
      assert.notEqual(switched(before, 'a', to), before.replace(type, to));
      assert.deepEqual(filled, bare);
    }
  });

  it('says what it filled and from where', () => {
    const result = switchDeployment(
      'workers:\n  - id: a\n    type: process\n    package: both\n',
      'a',
      'module',
      world,
    );
    assert.ok('edits' in result && result.filled);
    assert.equal(
      describeFilled(result.filled),
      'The block "module:" was filled from both 1.2.3 (entry_point, config).',
    );
  });
});

function deploymentOf(text: string) {
  return WorkersDocument.open(text, world).toFile().workers[0]?.resolved?.deployment;
}

const base = `workers:
  - id: a
    type: process
    package: both
  - id: b
    type: module
    module: { module_path: server.mjs }
`;

const module = '    module:\n      entry_point: create\n      config:\n        port: 8080\n';

/** What it does, the overlay before and after worker `a` was switched to module. */
const overlays: readonly (readonly [string, string, string])[] = [
  ['begins an overlay', '', `workers:\n  - id: a\n    type: module\n${module}`],
  ['adds to an overlay of comments', '# for me\n', `# for me\nworkers:\n  - id: a\n    type: module\n${module}`],
  [
    'adds a worker behind those that are there',
    'workers:\n- id: b\n  port: 1 # b\n\n# the end\n',
    `workers:\n- id: b\n  port: 1 # b\n- id: a\n  type: module\n${module.replaceAll(/^ {2}/gm, '')}\n# the end\n`,
  ],
  [
    'adds a type to a worker that has none',
    'workers:\n  - id: a # mine\n    port: 1\n    module: { config: { port: 2 } }\n',
    'workers:\n  - id: a # mine\n    type: module\n    port: 1\n    module: { config: { port: 2 } }\n',
  ],
  [
    'changes the word of a worker that has it',
    "workers:\n  - id: a\n    type: 'process'\n    module: {}\n",
    "workers:\n  - id: a\n    type: 'module'\n    module: {}\n",
  ],
  [
    'adds a worker within brackets',
    'workers: [{ id: b, port: 1 }]\n',
    'workers: [{ id: b, port: 1 }, { id: a, type: module, module: { entry_point: create, config: { port: 8080 } } }]\n',
  ],
];

describe('switching the deployment in an overlay', () => {
  for (const [name, before, after] of overlays) {
    it(name, () => {
      for (const newline of ['\n', '\r\n']) {
        // What has no line yet takes the usual one.
        if (newline !== '\n' && before === '') continue;
        const text = before.replaceAll('\n', newline);
        const result = switchInOverlay(base, text, 'a', 'module', world);
        assert.ok('edits' in result, JSON.stringify(result));
        assert.equal(applyEdits(text, result.edits), after.replaceAll('\n', newline));
      }
    });
  }

  it('judges by both files together', () => {
    const overlay = 'workers:\n  - id: a\n    type: module\n';
    assert.deepEqual(switchInOverlay(base, overlay, 'a', 'module', world), {
      refused: 'Worker "a" runs as a module already.',
    });
    const back = switchInOverlay(base, overlay, 'a', 'process', world);
    assert.ok('edits' in back);
    assert.match(applyEdits(overlay, back.edits), /^workers:\n {2}- id: a\n {4}type: process\n/);
    assert.deepEqual(switchInOverlay(base, '', 'c', 'process', world), {
      refused: 'There is no worker "c" in this file; it has: a, b.',
    });
  });

  it('refuses an overlay that it cannot read or write into', () => {
    for (const overlay of ['workers: [', '[]\n', '{ master: {} }\n']) {
      const result = switchInOverlay(base, overlay, 'a', 'module', world);
      assert.ok('refused' in result && result.refused.startsWith('The overlay '), JSON.stringify(result));
    }
    // What takes the workers away leaves none to switch.
    for (const overlay of ['workers:\n', 'workers: none\n']) {
      const result = switchInOverlay(base, overlay, 'a', 'module', world);
      assert.deepEqual(result, { refused: 'There is no worker "a" in this file; it has: none.' });
    }
  });
});
