import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';
import manifest from '../../package.json' with { type: 'json' };
import { yamlGrammars } from '../support/yaml-grammar.ts';

const folder = path.join(ROOT_FOLDER, 'test/fixtures/grammars');

async function registry(): Promise<Registry> {
  const wasm = createRequire(__filename).resolve('vscode-oniguruma/release/onig.wasm');
  await loadWASM(readFileSync(wasm));
  const files = new Map(await yamlGrammars());
  for (const { scopeName, path: file } of manifest.contributes.grammars) {
    files.set(scopeName, readFileSync(path.join(ROOT_FOLDER, file), 'utf8'));
  }
  return new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: (scope) => {
      const content = files.get(scope);
      return Promise.resolve(content === undefined ? null : parseRawGrammar(content, `${scope}.json`));
    },
  });
}

/** Each line of a text, and below it what its words are: the innermost scope of each, our own ones with those around. */
async function snapshot(grammars: Registry, scope: string, text: string): Promise<string> {
  const grammar = await grammars.loadGrammar(scope);
  assert.ok(grammar);
  let state = INITIAL;
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    lines.push(`| ${line}`.trimEnd());
    for (const { startIndex, endIndex, scopes } of tokens) {
      const word = line.slice(startIndex, endIndex);
      const own = scopes.filter((one) => /\.hsu-(?:workers|package)$/.test(one) && one !== scope);
      if (word.trim() !== '') lines.push(`    ${word.trim()}  ${(own.length > 0 ? own : scopes.slice(-1)).join(' ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

describe('syntax highlighting', () => {
  let grammars: Registry;
  before(async function () {
    this.timeout(60_000);
    grammars = await registry();
  });

  for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml'))) {
    const scope = name.startsWith('package') ? 'source.hsu-package' : 'source.hsu-workers';

    // After a wanted change: SNAPSHOTS=write npm test -- unit --grep highlighting
    it(`colours ${name} as before`, async () => {
      const file = path.join(folder, `${name}.tokens`);
      const found = await snapshot(grammars, scope, readFileSync(path.join(folder, name), 'utf8').trimEnd());
      assert.doesNotMatch(found, /invalid\./);
      if (process.env['SNAPSHOTS'] === 'write') writeFileSync(file, found);
      assert.ok(existsSync(file), `there is no ${file}`);
      assert.equal(found, readFileSync(file, 'utf8'));
    });
  }

  it('has an example of every scope that the grammars give', () => {
    const tokens = readdirSync(folder)
      .filter((file) => file.endsWith('.tokens'))
      .map((file) => readFileSync(path.join(folder, file), 'utf8'))
      .join('');
    for (const { path: file } of manifest.contributes.grammars) {
      const names = [...readFileSync(path.join(ROOT_FOLDER, file), 'utf8').matchAll(/"name": "([\w.-]+\.hsu-\w+)"/g)];
      const scopes = names.map(([, scope = '']) => scope);
      for (const meaning of file.includes('workers') ? ['duration', 'size', 'package', 'version', 'environment'] : []) {
        assert.ok(
          scopes.some((scope) => scope.includes(meaning)),
          meaning,
        );
      }
      assert.deepEqual(
        scopes.filter((scope) => !new RegExp(`(?<=\\s)${scope.replaceAll('.', '\\.')}(?=\\s)`).test(tokens)),
        [],
      );
    }
  });
});
