import assert from 'node:assert/strict';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { describeDetails } from '../../client/details/describe-details.ts';
import { connectToMaster } from '../../master/connect.ts';
import { Project, type CommandResult } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const secrets = ['correct-horse-battery', 'staple-of-the-file', 'swordfish-in-json', 'pass-of-the-url'];
const anySecret = new RegExp(secrets.join('|'));

/** Everything it knows, in every form that lines have, and as its last words. */
const teller = `
const all = Object.entries(process.env).filter(([name]) => /_TOKEN$|_PASSWORD$|_URL$/.test(name));
for (const [name, value] of all) console.log(name + '=' + value, 'and once more ' + value);
console.log(JSON.stringify({ level: 'info', msg: 'with ' + process.env.API_TOKEN, password: 'swordfish-in-json' }));
console.log('level=info msg="with ' + process.env.API_TOKEN + '" password=swordfish-in-json');
console.error('failed with ' + process.env.DB_PASSWORD);
if (process.argv[2] === 'crash') throw new Error('no way with \\x1b]0;a title\\x07 and ' + process.env.API_TOKEN);
setInterval(() => undefined, 60_000);
`;

const worker = (id: string, args: string, more = '') => `
  - id: ${id}
    type: process
    execution:
      executable_path: ${realpathSync(process.execPath)}
      args: [teller.mjs${args}]
      env_file: secrets.env
      environment: { API_TOKEN: correct-horse-battery, SERVICE_URL: "http://user:pass-of-the-url@localhost/x" }
    restart: never${more}`;

const workersFile = `
master: { log_level: trace }
log_collection:
  global_aggregation: { targets: [{ type: file, path: all.log, format: json }, { type: file, path: plain.log }] }
workers:${worker('api', '')}${worker('crashing', ', crash')}
  - id: wrong
    type: process
    execution: { executable_path: node, environment: { API_TOKEN: "correct-horse-battery \${env:NOT_SET}" }, colour: correct-horse-battery }
`;

/** What a language model may ask. */
const toolCalls: readonly (readonly [tool: string, input: object])[] = [
  ['list_workers', {}],
  ['get_worker', { id: 'api' }],
  ['get_worker', { id: 'crashing' }],
  ['explain_failure', { id: 'crashing' }],
  ['read_logs', { id: 'api' }],
  ['search_logs', { text: 'failed' }],
  ['search_logs', { text: 'staple-of' }],
  ['validate_workers_file', {}],
  ['apply_configuration', {}],
  ['switch_deployment', { id: 'api', to: 'module' }],
  ['wait_until_healthy', { ids: ['api'] }],
];

describe('a secret', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(180_000);
  let project: Project;
  const all: [what: string, text: string][] = [];
  const looked = async (...words: string[]): Promise<CommandResult> => {
    const result = await project.hsu(...words);
    all.push([`hsu ${words.join(' ')}`, result.stdout + result.stderr]);
    return result;
  };

  before(async () => {
    project = new Project({
      'workers.yaml': workersFile,
      'teller.mjs': teller,
      'secrets.env': 'DB_PASSWORD=staple-of-the-file\n',
    });
    project.enter();
    const master = project.run();
    await master.worker('api', 'running');
    await master.worker('crashing', 'failed');
    await until(async () => (await looked('logs', 'api')).stdout.includes('failed with'), 'the lines of api');
    const file = path.join(project.folder, 'all.log');
    const aggregated = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
    await until(() => aggregated().includes('no way with') && aggregated().includes('api'), 'the lines elsewhere');
    for (const command of [
      ['logs', 'crashing', '--json'],
      ['logs', 'crashing', '--grep', 'staple-of'],
      ['status'],
      ['status', '--json'],
      ['start', 'crashing'],
      ['restart', 'api', '--json'],
      ['apply', '--dry-run'],
      ['doctor', '--json'],
      ['call', 'api', 'nothing'],
      ...['text', 'json', 'sarif', 'github'].map((format) => ['validate', '--format', format]),
    ]) {
      await looked(...command);
    }
    const client = await connectToMaster({ file: project.file, name: 'test', owner: false });
    const asked = {
      welcome: client.welcome,
      snapshots: await client.snapshots(),
      configuration: await client.configuration('api'),
      timeline: await client.timeline('crashing'),
      history: await client.history('api'),
      description: await client.describe(),
      logs: await client.logs({ id: 'crashing', lines: 1000 }),
    };
    for (const [what, value] of Object.entries(asked)) all.push([what, JSON.stringify(value)]);
    for (const worker of asked.snapshots) {
      const shown = {
        samples: await client.history(worker.id),
        transitions: await client.timeline(worker.id),
        configuration: worker.id === 'wrong' ? [] : await client.configuration(worker.id),
      };
      const details = describeDetails(worker, asked.snapshots, shown, project.file, Date.now());
      all.push([`the details of ${worker.id}`, JSON.stringify(details)]);
    }
    for (const [tool, input] of toolCalls) {
      all.push([`the preview of ${tool}`, JSON.stringify(await client.agentPreview({ tool, input }))]);
      all.push([`the tool ${tool}`, (await client.agent({ tool, input })).text]);
    }
    client.dispose();
    const { stderr } = await master.interrupt();
    all.push(['the events of hsu run', master.events.map((event) => JSON.stringify(event)).join('\n')]);
    all.push(['what the master says of itself', stderr]);
    for (const file of ['all.log', 'plain.log'])
      all.push([file, readFileSync(path.join(project.folder, file), 'utf8')]);
  });
  after(() => project.dispose());

  it('stands in no output, in whatever form it was written', () => {
    const shown = all.flatMap(([what, text]) =>
      text.split('\n').flatMap((line) => (anySecret.test(line) ? [`${what}: ${line}`] : [])),
    );
    assert.deepEqual(shown, []);
  });

  it('and no control sequence of a worker reaches a terminal', () => {
    const shown = all.filter(([what, text]) => what.startsWith('hsu ') && /[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(text));
    assert.deepEqual(shown, []);
    assert.ok(all.some(([what, text]) => what === 'hsu status' && text.includes('no way with  and')));
  });

  it('leaves what stands around it', () => {
    const masked = all.filter(([, text]) => text.includes('[masked]')).map(([what]) => what);
    for (const what of [
      'hsu logs api',
      'hsu logs crashing --json',
      'hsu status',
      'snapshots',
      'configuration',
      'all.log',
      'the details of api',
      'the details of crashing',
      'the tool get_worker',
      'the tool explain_failure',
      'the tool read_logs',
    ]) {
      assert.ok(masked.includes(what), `${what}: ${all.find(([name]) => name === what)?.[1]}`);
    }
  });
});
