import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import {
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import {
  followRequest,
  helloRequest,
  logLinesNotification,
  protocolVersion,
  type LogLine,
} from '../../master/protocol.ts';
import { run } from '../../master/cli/dispatch.ts';
import { connectToMaster } from '../../master/connect.ts';
import type { MasterClient } from '../../master/master-client.ts';
import { placesOf } from '../../master/places.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const floods = path.join(ROOT_FOLDER, 'test/fixtures/programs/floods.mjs');
const flooder = (count: number) =>
  `workers: [{ id: w, type: process, execution: { executable_path: ${floods}, args: ["${count}"] } }]`;

describe('the lines of a worker that floods', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(240_000);
  let project: Project;
  beforeEach(() => {
    project = new Project();
    project.enter();
  });
  afterEach(async () => {
    await project.dispose();
  });

  const numbersOf = (lines: readonly LogLine[]) =>
    lines.filter(({ stream }) => stream === 'stdout').map(({ text }) => Number(text.slice(0, 9)));
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
  const connect = () => connectToMaster({ file: project.file, name: 'test', owner: true, spawn: { graceSeconds: 30 } });

  const untilEnd = (client: MasterClient, count: number) =>
    until(
      async () => {
        const [last] = await client.logs({ id: 'w', lines: 1, stream: 'stdout' });
        return Number(last?.text.slice(0, 9)) === count;
      },
      'the last line in the store',
      60_000,
    );

  it('are kept up to a size, over a kill -9 of the master, without a gap; what is dropped is counted and told', async () => {
    const count = 100_000;
    project.write(
      'workers.yaml',
      `${flooder(count)}\nlog_collection: { default_worker: { store: { max_size: 1MB } } }\n`,
    );
    const first = await connect();
    await first.start(['w']);
    const [before] = await first.snapshots();
    const spool = path.join(placesOf(project.file).workerLogs, 'w.1.out');
    await until(() => statSync(spool).size > 2_000_000, 'the flood');
    process.kill(first.welcome.pid, 'SIGKILL');
    await first.closed();
    const second = await connect();
    // It answers while it still takes over.
    await until(async () => (await second.snapshots())[0]?.pid === before?.pid, 'the same process');
    // What it says at last is one line more, which may cost older ones their place.
    await until(() => statSync(spool.replace(/out$/, 'err')).size > 0, 'the end of the flood', 60_000);
    await untilEnd(second, count);
    await until(() => statSync(spool).blocks * 512 < 1_200_000, 'the room is given back');
    const lines = await second.logs({ id: 'w', lines: count });
    const numbers = numbersOf(lines);
    const [snapshot] = await project.status();
    assert.ok(numbers.length > 5000 && numbers.length < 12_000, `${numbers.length} kept`);
    assert.deepEqual(numbers, range(count - numbers.length + 1, count));
    assert.equal(snapshot?.log_lines_dropped, (lines[0]?.seq ?? 0) - 1);
    const told = `oldest ${snapshot.log_lines_dropped} lines of its output are not kept`;
    assert.ok((await project.hsu('status')).stdout.includes(told), told);
    const { stderr } = await project.hsu('logs', 'w', '--lines', '1000000');
    assert.equal(stderr, `${snapshot.log_lines_dropped} older lines are not kept any more.\n`);
    await second.shutdown();
    second.dispose();
  });

  /** A client that can stop reading. */
  async function client(): Promise<{
    connection: MessageConnection;
    pause(): void;
    resume(): void;
    close(): void;
  }> {
    const socket = createConnection(placesOf(project.file).socket);
    await once(socket, 'connect');
    const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    connection.listen();
    await connection.sendRequest(helloRequest, { protocol: protocolVersion, owner: false, name: 'test' });
    return {
      connection,
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      close: () => {
        connection.dispose();
        socket.destroy();
      },
    };
  }

  for (const [kept, size] of [
    ['everything', '100MB'],
    ['a counted gap, where the store kept no more', '2MB'],
  ] as const) {
    it(`reach a client that does not read meanwhile as ${kept}; the worker is not held, others are served, the master stays small`, async () => {
      const count = 200_000;
      const store = `log_collection: { default_worker: { store: { max_size: ${size} } } }`;
      project.write('workers.yaml', `${flooder(count)}\n${store}\n`);
      const other = await connect();
      const slow = await client();
      const lines: LogLine[] = [];
      let dropped = 0;
      slow.connection.onNotification(logLinesNotification, (message) => {
        dropped += message.dropped;
        assert.equal(message.lines[0]?.seq, (lines.at(-1)?.seq ?? 0) + message.dropped + 1);
        lines.push(...message.lines);
      });
      await slow.connection.sendRequest(followRequest, { id: 'w' });
      slow.pause();
      const { pid } = other.welcome;
      const before = residentBytes(pid);
      assert.deepEqual(await other.start(['w']), [{ id: 'w', ok: true, message: 'w is running.' }]);
      await untilEnd(other, count);
      const grown = residentBytes(pid) - before;
      assert.ok(grown < 60_000_000, `the master has grown by ${grown} bytes`);
      slow.resume();
      await until(() => lines.length + dropped === count + 1, 'all lines', 60_000);
      if (size === '100MB') assert.equal(dropped, 0);
      else assert.ok(dropped > 0);
      const numbers = numbersOf(lines);
      assert.equal(new Set(numbers).size, numbers.length);
      assert.equal(numbers.at(-1), count);
      slow.close();
      await other.shutdown();
      other.dispose();
    });
  }
});

describe('hsu run', function () {
  this.timeout(180_000);

  it('prints a line once where log_collection prints it', async () => {
    const project = new Project({
      'workers.yaml': `${flooder(1)}\nlog_collection: { default_worker: { outputs: { separate: { stdout: [{ type: stdout, prefix: "> " }] } } } }\n`,
    });
    try {
      const hsu = path.join(DIST_FOLDER, 'cli.js');
      const child = execFile(process.execPath, [hsu, 'run'], { cwd: project.folder, env: project.environment });
      let printed = '';
      child.stdout?.on('data', (text: string) => (printed += text));
      const ended = once(child, 'exit');
      await until(() => printed.includes('0000001') && printed.includes('done'), 'both lines');
      child.kill('SIGINT');
      await ended;
      assert.match(printed, /^> 000000001 x+$/m);
      assert.match(printed, /^w \| done$/m);
      assert.equal(printed.split('000000001').length, 2);
    } finally {
      await project.dispose();
    }
  });
});

describe('the colours of a worker', function () {
  this.timeout(180_000);
  let project: Project;
  const { NO_COLOR: noColour } = process.env;

  before(async () => {
    project = new Project({
      'workers.yaml': `workers: [{ id: w, type: process, execution: { executable_path: node, args: [paints.mjs] } }]`,
      'paints.mjs': `console.log('\\x1b[31mred\\x1b[0m'); setInterval(() => {}, 1000);`,
    });
    project.enter();
    await project.run().event((event) => event.event === 'log');
  });
  afterEach(() => {
    if (noColour === undefined) delete process.env['NO_COLOR'];
    else process.env['NO_COLOR'] = noColour;
  });
  after(() => project.dispose());

  const shown = async (isTTY: boolean) => {
    let stdout = '';
    const terminal = {
      stdout: { write: (text: string) => (stdout += text), isTTY },
      stderr: { write: () => undefined },
      cwd: () => project.folder,
    };
    assert.equal(await run(['logs', 'w'], terminal), 0);
    return stdout;
  };

  it('stay on a terminal, and nowhere else', async () => {
    delete process.env['NO_COLOR'];
    assert.equal(await shown(true), '\x1b[31mred\x1b[0m\n');
    assert.equal(await shown(false), 'red\n');
  });

  it('go where NO_COLOR is set', async () => {
    process.env['NO_COLOR'] = '1';
    assert.equal(await shown(true), 'red\n');
  });
});

function residentBytes(pid: number): number {
  const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
  return Number(pages) * 4096;
}
