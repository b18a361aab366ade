import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from '../../../support/running-program.ts';
import { moduleFixtures } from '../../../support/module-run.ts';

const program = path.join(DIST_FOLDER, 'module-process.js');
/** What it has Node told where it is called by its name. */
const [, flags = ''] = /^#!\/usr\/bin\/env -S node (.*)\n/.exec(readFileSync(program, 'utf8')) ?? [];

/** `hsu-module-host` as its own command, without a master. */
const moduleHost = (...args: readonly string[]) => {
  const [first = '', ...rest] = [...flags.split(' '), program, ...args];
  return runProgram(first, rest, { cwd: moduleFixtures });
};

describe('hsu-module-host', function () {
  this.timeout(20_000);

  it('runs a module with its configuration until it is asked to end', async () => {
    const host = moduleHost('echoes-http.mjs', '--entry-point', 'createEcho', '--config', '{"register":true}');
    await host.line(/^listening$/);
    host.signal('SIGTERM');
    assert.equal(await host.ended, 0);
    assert.equal(host.output(), 'listening\nclosed');
  });

  const failures = [
    [['factory-throws.mjs'], /^factory-throws\.mjs has a factory that throws: TypeError: no database \(.*:2\)\.$/m],
    [
      ['throws-in-timer.ts', '--config', '{"afterMs":1}'],
      /^throws-in-timer\.ts threw while running: RangeError: the timer failed/m,
    ],
    [['nowhere.mjs'], /nowhere\.mjs/],
  ] as const;
  for (const [args, says] of failures) {
    it(`ends with 1 and a sentence where the module fails: ${args[0]}`, async () => {
      const host = moduleHost(...args, '--entry-point', 'create');
      assert.equal(await host.ended, 1);
      assert.match(host.output(), says);
    });
  }

  for (const args of [[], ['one.mjs', 'two.mjs'], ['one.mjs', '--config', '[']]) {
    it(`ends with 2 and says how it is used: ${args.join(' ') || 'no file'}`, async () => {
      const host = moduleHost(...args);
      assert.equal(await host.ended, 2);
      assert.match(host.output(), /Usage: hsu-module-host FILE/);
    });
  }
});
