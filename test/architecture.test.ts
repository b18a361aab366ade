import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Rule {
  /** Which files: the first rule whose folder or file holds the importing one decides. */
  readonly from: string;
  /** Project files it may import, as prefixes; a `type:` prefix allows only `import type`. */
  readonly project: readonly string[];
  /** Packages it may import: exact names, `node:*` for all of Node's own; `type:` as above. */
  readonly packages: readonly string[] | 'any but vscode';
  readonly because: string;
}

const rules: readonly Rule[] = [
  {
    from: 'master/lifecycle/',
    project: ['master/lifecycle/', 'type:master/config/'],
    packages: [],
    because: 'the lifecycle is pure: no timers, no IO',
  },
  {
    from: 'master/config/',
    project: ['master/config/', 'type:master/lifecycle/', 'schemas/'],
    packages: ['croner', 'yaml', 'semver'],
    because: 'the configuration reader is pure: editor and master share it',
  },
  {
    from: 'master/import/',
    project: ['master/import/'],
    packages: ['json5', 'yaml'],
    because: 'importing is pure: the text of another tool to the text of a workers file',
  },
  {
    from: 'master/protocol.ts',
    project: ['type:master/lifecycle/', 'type:master/config/'],
    packages: ['vscode-jsonrpc'],
    because: 'the contract with clients is types and message names only',
  },
  {
    from: 'master/secrets/mask.ts',
    project: [],
    packages: [],
    because: 'masking is pure: editor and master share it',
  },
  {
    from: 'master/',
    project: ['master/', 'schemas/'],
    packages: 'any but vscode',
    because: 'the master runs alone: it knows neither the language server nor the editor',
  },
  {
    from: 'server/features/',
    project: [
      'server/features/',
      'server/document',
      'server/protocol.ts',
      'master/config/',
      'master/lifecycle/',
      'master/secrets/mask.ts',
      'schemas/',
    ],
    packages: ['vscode-languageserver-types', 'type:vscode-languageserver', 'yaml', 'semver'],
    because: 'features are pure: (document, position, context) to result',
  },
  {
    from: 'server/protocol.ts',
    project: ['type:master/lifecycle/', 'type:master/config/'],
    packages: ['vscode-jsonrpc'],
    because: 'the contract with clients is types and message names only',
  },
  {
    from: 'server/',
    project: ['server/', 'master/config/', 'master/lifecycle/', 'master/packages/', 'master/world/', 'schemas/'],
    packages: 'any but vscode',
    because: 'the language server reads configuration and runs nothing',
  },
  {
    from: 'client/details/webview/',
    project: ['client/details/', 'client/gutter/gutter-state.ts', 'type:master/'],
    packages: ['uplot'],
    because: 'the page runs in a browser: it draws what it is told',
  },
  {
    from: 'client/',
    project: [
      'client/',
      'master/protocol.ts',
      'master/connect.ts',
      'type:master/master-client.ts',
      'master/logs/neutralise.ts',
      'server/protocol.ts',
      'master/lifecycle/',
      'type:master/config/',
    ],
    packages: ['vscode', 'vscode-languageclient/node', 'vscode-jsonrpc/node', 'vscode-jsonrpc', 'node:*'],
    because: 'the client draws snapshots and sends requests; it decides nothing',
  },
];

const importPattern =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\b(?:import|require)\(\s*'([^']+)'/gm;

describe('architecture', () => {
  for (const folder of ['master', 'server', 'client']) {
    it(`${folder}/ imports only what its rooms may know`, () => {
      const faults = sourceFiles(folder).flatMap((file) =>
        violations(file, readFileSync(path.join(ROOT_FOLDER, file), 'utf8')),
      );
      assert.deepEqual(faults, []);
    });
  }

  it('the master runs commands through execa; by themselves start only what it supervises, another master, and what punches holes', () => {
    const files = sourceFiles('master').filter((file) =>
      /^import (?!type).* from 'node:child_process';$/m.test(readFileSync(path.join(ROOT_FOLDER, file), 'utf8')),
    );
    assert.deepEqual(
      // Those of the module host keep watch over what modules start.
      files.filter((file) => !file.startsWith('master/workers/module/host/')).sort(),
      ['master/logs/hole-puncher.ts', 'master/spawn-master.ts', 'master/workers/process/process-worker.ts'],
    );
  });

  it('names the rule that an import breaks', () => {
    const fault = violations('server/features/hover.ts', "import { readFileSync } from 'node:fs';\n");
    assert.deepEqual(fault, [
      'server/features/hover.ts must not import node:fs: features are pure: (document, position, context) to result',
    ]);
    assert.deepEqual(
      violations('master/config/x.ts', "import type { Health } from '../lifecycle/worker-snapshot.ts';\n"),
      [],
    );
    assert.equal(violations('master/config/x.ts', "import { next } from '../lifecycle/worker-state.ts';\n").length, 1);
  });
});

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(ROOT_FOLDER, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('generated'))
    .map((file) => path.posix.join(folder, file.replaceAll(path.sep, '/')));
}

function violations(file: string, text: string): string[] {
  const rule = rules.find(({ from }) => file.startsWith(from));
  assert.ok(rule, `${file} stands in no known room: add a rule for it`);
  return [...text.matchAll(importPattern)].flatMap((match) => {
    const target = match[2] ?? match[3] ?? '';
    const typeOnly = match[1] !== undefined;
    return allowed(rule, file, target, typeOnly) ? [] : [`${file} must not import ${target}: ${rule.because}`];
  });
}

function allowed(rule: Rule, file: string, target: string, typeOnly: boolean): boolean {
  const permits = (list: readonly string[], matches: (entry: string) => boolean) =>
    list.some((entry) => (entry.startsWith('type:') ? typeOnly && matches(entry.slice(5)) : matches(entry)));
  if (target.startsWith('.')) {
    const resolved = path.posix.join(path.posix.dirname(file), target);
    return permits(rule.project, (entry) => resolved.startsWith(entry));
  }
  if (rule.packages === 'any but vscode') return target !== 'vscode' && !target.startsWith('vscode-languageclient');
  return permits(rule.packages, (entry) => entry === target || (entry === 'node:*' && target.startsWith('node:')));
}
