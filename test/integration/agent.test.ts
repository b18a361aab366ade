import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { agentTools } from '../../master/agent/tools.ts';
import { Project } from '../support/hsu.ts';
import { McpClient } from '../support/mcp-client.ts';

const server = `
import { createServer } from 'node:http';
console.log('connecting with API_TOKEN=' + process.env.API_TOKEN);
createServer((request, response) => response.end('ok')).listen(0, '127.0.0.1', function () {
  console.log('listening on', this.address().port);
});
`;

const workers = `workers:
  - id: api
    type: process
    execution:
      executable_path: node
      args: [server.mjs]
      environment: { API_TOKEN: "correct-horse-battery" }
    health_check: { endpoint: /, interval: 10s }
    restart: { policy: never }
  - id: web
    type: module
    module: { module_path: server.mjs }
`;

describe('an agent with hsu mcp', function () {
  this.timeout(180_000);
  let project: Project;
  let agent: McpClient;

  beforeEach(() => {
    project = new Project({ 'workers.yaml': workers, 'server.mjs': server });
    agent = new McpClient(project);
  });

  afterEach(async () => {
    await agent.close();
    await project.dispose();
  });

  it('speaks the version it is asked for, and its newest where it does not know that one', async () => {
    const version = async (asked: string) => (await agent.initialize(asked)).result?.['protocolVersion'];
    assert.equal(await version('2025-06-18'), '2025-06-18');
    assert.equal(await version('2024-11-05'), '2024-11-05');
    assert.equal(await version('2099-01-01'), '2025-06-18');
  });

  it('lists every tool with its schema and whether it only reads', async () => {
    await agent.initialize();
    const { result } = await agent.request('tools/list');
    const tools = result?.['tools'] as { name: string; annotations: { readOnlyHint: boolean } }[];
    assert.deepEqual(
      tools.map(({ name, annotations }) => [name, annotations.readOnlyHint]),
      agentTools.map(({ name, readOnly }) => [name, readOnly]),
    );
  });

  it('answers what it does not understand with an error, and goes on', async () => {
    agent.sendText('{ this is no JSON');
    assert.equal((await agent.receive()).error?.code, -32700);
    assert.equal((await agent.request('resources/list')).error?.code, -32601);
    assert.equal((await agent.request('tools/call', { name: 'rm_rf' })).error?.code, -32602);
    assert.deepEqual((await agent.request('ping')).result, {});
  });

  it('breaks a worker in the file, explains, fixes and waits in few small calls', async () => {
    const master = project.run();
    await master.worker('api', 'running');
    await agent.initialize();

    project.write('workers.yaml', workers.replace('type: process', 'type: proces'));
    await agent.tool('apply_configuration', { dry_run: false });
    const explained = await agent.tool<{ findings: { code: string; fixes: { id: string }[] }[] }>('explain_failure', {
      id: 'api',
    });
    assert.equal(explained.findings[0]?.code, 'HSU104');
    const fixed = await agent.tool('apply_fix', { fix: explained.findings[0]?.fixes[0]?.id });
    assert.match(String(fixed['diff']), /^-.*proces$/m);
    assert.equal((await agent.tool('wait_until_healthy'))['ok'], true);

    assert.equal(readFileSync(project.file, 'utf8'), workers);
    assertSmall(agent, 6);
  });

  it('breaks the code of a worker, is shown where, and waits after mending it', async () => {
    const master = project.run();
    await master.worker('api', 'running');
    await agent.initialize();

    project.write('server.mjs', server.replace('createServer((', 'createServr(('));
    assert.equal((await agent.tool('restart_workers', { ids: ['api'] }))['ok'], false);
    const explained = await agent.tool<{ source: { file: string; line: number }[]; evidence: string[]; next: string }>(
      'explain_failure',
      { id: 'api' },
    );
    assert.deepEqual([explained.source[0]?.file, explained.source[0]?.line], ['server.mjs', 4]);
    assert.match(explained.evidence.join('\n'), /createServr is not defined/);
    assert.match(explained.next, /restart_workers/);
    project.write('server.mjs', server);
    await agent.tool('restart_workers', { ids: ['api'] });
    assert.equal((await agent.tool('wait_until_healthy', { ids: ['api'] }))['ok'], true);
    assertSmall(agent, 6);
  });

  it('never shows a secret: neither configured nor written to a log', async () => {
    const master = project.run();
    await master.worker('api', 'running');
    await agent.initialize();
    await agent.tool('get_worker', { id: 'api' });
    const logs = await agent.tool<{ lines: string[] }>('read_logs', { id: 'api' });
    await agent.tool('search_logs', { text: 'api_token' });
    assert.match(logs.lines[0] ?? '', /connecting with API_TOKEN=\[masked\]/);
    for (const { text } of agent.outputs) assert.doesNotMatch(text, /correct-horse/);
  });

  it('bounds every answer, and goes on from its cursor without losing a line', async () => {
    project.write('server.mjs', `${server}for (let n = 1; n <= 500; n += 1) console.log('line', n, 'x'.repeat(300));`);
    const master = project.run();
    await master.event(
      ({ event, id, text }) => event === 'log' && id === 'api' && String(text).startsWith('line 500 '),
    );
    await agent.initialize();
    const seen: number[] = [];
    let before: number | undefined;
    for (let page = 0; page < 4; page += 1) {
      const { lines, older_cursor } = await agent.tool<{ lines: string[]; older_cursor: number }>('read_logs', {
        id: 'api',
        lines: 200,
        before,
      });
      seen.unshift(...lines.map((line) => Number(line.split(' ', 1)[0])));
      before = older_cursor;
    }
    assert.ok(seen.length > 20);
    assert.deepEqual(
      seen,
      seen.map((_, at) => (seen[0] ?? 0) + at),
    );
    await agent.tool('search_logs', { text: 'LINE' });
    assertSmall(agent, 6);
  });

  it('switches a worker, with the diff and what changed in memory and start time', async () => {
    const master = project.run();
    await master.worker('api', 'running');
    await agent.initialize();
    const { diff, before, after } = await agent.tool<Record<string, Record<string, unknown>>>('switch_deployment', {
      id: 'api',
      to: 'module',
    });
    assert.equal(diff, '@@ line 3 @@\n-    type: process\n+    type: module');
    assert.deepEqual([before?.['type'], after?.['type']], ['process', 'module']);
    assert.ok(Number(before?.['memory_bytes']) > 0 && typeof after?.['start_ms'] === 'number');
  });

  it('only plans a change of the file unless told to carry it out', async () => {
    const master = project.run();
    const { pid } = await master.worker('api', 'running');
    await agent.initialize();
    project.write('workers.yaml', workers.replace('[server.mjs]', '[server.mjs, again]'));
    const plan = await agent.tool<{ restart: { id: string }[]; next: string }>('apply_configuration');
    assert.deepEqual(
      plan.restart.map(({ id }) => id),
      ['api'],
    );
    assert.match(plan.next, /dry_run false/);
    assert.equal((await project.status())[0]?.pid, pid);
  });

  it('starts a master where none runs, and leaves nothing behind', async () => {
    await agent.initialize();
    const before = await agent.tool<{ note: string; workers: { state: string }[] }>('list_workers');
    assert.match(before.note, /start_workers/);
    assert.equal((await agent.tool('start_workers', { ids: ['api'] }))['ok'], true);
    assert.equal((await agent.tool('stop_workers', { all: true }))['ok'], true);
    assert.equal(await agent.close(), 0);
  });

  it('says what to do next when a call is wrong', async () => {
    await agent.initialize();
    const wrong = async (name: string, input: object) => {
      const { text, isError } = await agent.call(name, input);
      assert.equal(isError, true);
      return text;
    };
    assert.match(await wrong('get_worker', {}), /id must be given/);
    assert.match(await wrong('get_worker', { id: 7 }), /"id" must be a string, not 7/);
    assert.match(await wrong('read_logs', { id: 'api', lins: 3 }), /it has no "lins"; it takes id, lines/);
    assert.match(await wrong('start_workers', {}), /either ids or all: true/);
    assert.match(await wrong('explain_failure', { id: 'nobody' }), /it has: api, web/);
    assert.match(await wrong('apply_fix', { fix: 'HSU104-000000' }), /There is no fix "HSU104-000000"/);
    assert.match(await wrong('wait_until_healthy', {}), /No master is running/);
    assert.match(await wrong('switch_deployment', { id: 'api', to: 'process' }), /runs as a process already/);
  });

  it('cancels a call that waits', async () => {
    project.write('server.mjs', 'setInterval(() => undefined, 1000);');
    const master = project.run();
    await master.worker('api', 'starting');
    await agent.initialize();
    agent.send({
      jsonrpc: '2.0',
      id: 'slow',
      method: 'tools/call',
      params: { name: 'wait_until_healthy', arguments: { ids: ['api'], timeout_seconds: 300 } },
    });
    agent.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'slow' } });
    assert.equal((await agent.request('ping')).error, undefined);
    assert.equal(await agent.close(), 0);
  });
});

describe('hsu agent', function () {
  this.timeout(180_000);
  let project: Project;

  beforeEach(() => {
    project = new Project({ 'workers.yaml': workers, 'server.mjs': server });
  });

  afterEach(() => project.dispose());

  it('runs a tool, with its exit status', async () => {
    const valid = await project.hsu('agent', 'validate_workers_file');
    assert.deepEqual([valid.code, (JSON.parse(valid.stdout) as { errors: number }).errors], [0, 0]);
    const none = await project.hsu('agent', 'wait_until_healthy', '{"timeout_seconds":1}');
    assert.deepEqual([none.code, none.stdout], [1, '']);
    assert.match(none.stderr, /No master is running/);
    assert.equal((await project.hsu('agent', 'get_worker', 'api')).code, 2);
  });

  it('breaks a worker, explains, fixes and waits in few small calls, as by mcp', async () => {
    const master = project.run();
    await master.worker('api', 'running');
    const outputs: string[] = [];
    const call = async (tool: string, input: object = {}) => {
      const { code, stdout, stderr } = await project.hsu('agent', tool, JSON.stringify(input));
      assert.equal(code, 0, stderr);
      outputs.push(stdout);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    project.write('workers.yaml', workers.replace('type: process', 'type: proces'));
    await call('apply_configuration', { dry_run: false });
    const explained = await call('explain_failure', { id: 'api' });
    const [finding] = explained['findings'] as { code: string; fixes: { id: string }[] }[];
    assert.equal(finding?.code, 'HSU104');
    await call('apply_fix', { fix: finding.fixes[0]?.id });
    assert.equal((await call('wait_until_healthy'))['ok'], true);
    assert.equal(readFileSync(project.file, 'utf8'), workers);
    assert.ok(outputs.length <= 6 && outputs.every((text) => Buffer.byteLength(text) <= 4_096), outputs.join('\n'));
  });

  it('init writes the skill, renews what nobody changed and keeps what somebody did', async () => {
    const file = path.join(project.folder, '.claude', 'skills', 'hsu-workers', 'SKILL.md');
    assert.equal((await project.hsu('agent', 'init')).code, 0);
    assert.ok(existsSync(path.join(project.folder, '.github', 'skills', 'hsu-workers', 'SKILL.md')));
    const written = readFileSync(file, 'utf8');
    assert.match((await project.hsu('agent', 'init')).stdout, /SKILL\.md: up to date/);

    project.write('.claude/skills/hsu-workers/SKILL.md', `${written}\nOurs.\n`);
    const kept = await project.hsu('agent', 'init');
    assert.equal(kept.code, 1);
    assert.match(kept.stderr, /--force/);
    assert.match(readFileSync(file, 'utf8'), /Ours\./);
    assert.equal((await project.hsu('agent', 'init', '--force')).code, 0);
    assert.equal(readFileSync(file, 'utf8'), written);
  });
});

function assertSmall(agent: McpClient, calls: number): void {
  assert.ok(agent.outputs.length <= calls, `${agent.outputs.length} calls`);
  for (const { text } of agent.outputs) assert.ok(Buffer.byteLength(text) <= 4_096, `${text.length} characters`);
}
