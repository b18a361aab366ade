import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { Project } from '../support/hsu.ts';

const server = `require('node:http').createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');`;

describe('hsu import', function () {
  this.timeout(180_000);
  let project: Project;
  beforeEach(() => {
    project = new Project({
      'server.js': server,
      'package.json': JSON.stringify({ name: 'shop', scripts: { start: 'node server.js' } }),
      'jobs/Procfile': 'mail: node ../server.js\n',
    });
  });
  afterEach(() => project.dispose());

  it('shows what it would write, and writes nothing', async () => {
    const { code, stdout } = await project.hsu('import');
    assert.equal(code, 0);
    assert.match(stdout, /From package\.json\.\n {2}- id: shop[^]*From jobs\/Procfile\.\n {2}- id: mail/);
    assert.ok(!existsSync(project.file));
  });

  it('writes a file that is valid and runs, and whose worker may become a module', async () => {
    const { code, stderr } = await project.hsu('import', '--write');
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(JSON.parse((await project.hsu('validate', '--json')).stdout), []);
    assert.equal((await project.hsu('switch', 'shop', '--to', 'module')).code, 0);
    const master = project.run();
    await master.worker('shop', 'running');
    await master.worker('mail', 'running');
    assert.equal((await master.interrupt()).code, 0);
  });

  it('takes only what is named', async () => {
    const { stdout } = await project.hsu('import', '--only', 'mail', '--json');
    const answer = JSON.parse(stdout) as { services: { id: string; source: string }[] };
    assert.deepEqual(
      answer.services.map(({ id, source }) => [id, source]),
      [['mail', 'jobs/Procfile']],
    );
  });

  it('never writes over a workers file', async () => {
    project.write('workers.yaml', 'workers: []\n');
    const { code, stderr } = await project.hsu('import', '--write');
    assert.equal(code, 1);
    assert.match(stderr, /workers\.yaml is there already and is left as it is/);
    assert.equal(readFileSync(project.file, 'utf8'), 'workers: []\n');
  });

  it('says why a named file gives nothing', async () => {
    project.write('ecosystem.config.js', 'module.exports = require("./apps")');
    const { code, stderr } = await project.hsu('import', 'ecosystem.config.js');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /Nothing is imported from .*ecosystem\.config\.js: only values can be read of it, for it is not run/,
    );
  });
});
