import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { takeFreePorts } from '../support/example-copy.ts';
import { copyProject } from '../support/project-copy.ts';
import { runProgram, type RunningProgram } from '../support/running-program.ts';

describe('npm start', function () {
  // Bounds a hang on a busy machine, which builds and packs here; nothing is measured.
  this.timeout(180_000);
  let project: string;
  let program: RunningProgram | undefined;
  before(() => {
    project = copyProject();
  });
  afterEach(async () => {
    program?.signal('SIGTERM');
    await program?.ended;
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  const start = (...args: string[]) =>
    runProgram(path.join(project, 'start.mjs'), args, {
      cwd: project,
      env: {
        // Without `code`, whatever this machine has.
        PATH: path.dirname(process.execPath),
        EDITOR_HOST_FOLDER: process.env['EDITOR_HOST_FOLDER'] ?? path.join(ROOT_FOLDER, '.cache', 'vscode-host'),
      },
    });

  it('opens VS Code for the browser, for holders of the token only, and ends it on Ctrl-C', async () => {
    program = start();
    const [, address = ''] = await program.line(/^VS Code: (http:\/\/127\.0\.0\.1:\d+\/\?.*)$/);

    const url = new URL(address);
    assert.equal(url.searchParams.get('folder'), path.join(project, 'examples', 'data-processor'));
    assert.equal((await fetch(url.origin)).status, 403);
    const welcome = await fetch(url, { redirect: 'manual' });
    const cookie = welcome.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
    const workbench = await fetch(url.origin, { headers: { cookie: cookie.join('; ') } });
    assert.equal(workbench.status, 200);
    assert.match(await workbench.text(), /workbench/);

    program.signal('SIGINT');
    assert.equal(await program.ended, 0);
    await assert.rejects(fetch(url.origin));
  });

  it('runs the example without an editor: both workers answer alike, and Ctrl-C leaves nothing', async () => {
    takeFreePorts(path.join(project, 'examples', 'data-processor'));
    program = start('--headless');
    const headless = program;
    const running = async (id: string, kind: string) => {
      const [, address = ''] = await headless.line(new RegExp(`^${id}, running, ${kind}.*(http:\\S+)`));
      return address;
    };
    const addresses = [
      await running('data-processor-1', 'process'),
      await running('data-processor-2', 'module \\(shared\\)'),
    ];

    const [first, second] = await Promise.all(addresses.map(aggregateSample));
    assert.deepEqual(first, {
      status: 200,
      body: { count: 2, columns: { a: { sum: 3, min: 1, max: 2, mean: 1.5 } } },
    });
    assert.deepEqual(second, first);

    program.signal('SIGINT');
    assert.equal(await program.ended, 0);
    for (const address of addresses) await assert.rejects(fetch(address));
  });
});

async function aggregateSample(address: string): Promise<unknown> {
  const answer = await fetch(`${address}/aggregate`, { method: 'POST', body: '{"a":1}\n{"a":2}\n' });
  return { status: answer.status, body: await answer.json() };
}
