import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Master, WorkerError, type MasterEvent, type ModuleFactory, type WorkerEntry } from '../../master/library.ts';
import { lookForMastersIn } from '../support/runtime-folder.ts';

const echoFile = path.join(ROOT_FOLDER, 'test/fixtures/modules/echoes-http.mjs');

/** One service, written as it runs in each place. */
const placements: readonly {
  readonly place: string;
  readonly worker: WorkerEntry;
  /** What its diagnostics name as run. */
  readonly executable: string;
}[] = [
  {
    place: 'a process',
    executable: echoFile,
    worker: {
      id: 'echo',
      type: 'process',
      module: { module_path: 'modules/echoes-http.mjs', entry_point: 'createEcho', config: { register: true } },
    },
  },
  {
    place: 'a module',
    executable: echoFile,
    worker: {
      id: 'echo',
      type: 'module',
      module: { module_path: 'modules/echoes-http.mjs', entry_point: 'createEcho', config: { register: true } },
    },
  },
  {
    place: 'a module compiled in',
    executable: '',
    worker: { id: 'echo', type: 'module', module: { module_name: 'echo', config: { register: true } } },
  },
];

const createEcho: ModuleFactory = ({ endpoints }) => {
  const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello /api'));
  return {
    start: () =>
      new Promise((resolve) => {
        server.listen(0, '127.0.0.1', () => {
          const { port } = server.address() as AddressInfo;
          endpoints.register('api', 'url', `http://127.0.0.1:${port}/api`);
          resolve();
        });
      }),
  };
};

describe('the master as a library', () => {
  const runtime = mkdtempSync(path.join(tmpdir(), 'hsu-library-'));
  let leave: () => void;
  let master = new Master();

  let opened = 0;
  const open = (workers: readonly WorkerEntry[] = []) => {
    opened += 1;
    master = new Master({ name: `test ${opened}`, folder: path.join(ROOT_FOLDER, 'test/fixtures'), workers });
    return master;
  };

  before(() => {
    leave = lookForMastersIn(runtime);
  });

  afterEach(() => master.close());

  after(() => {
    leave();
    rmSync(runtime, { recursive: true, force: true });
  });

  for (const { place, worker } of placements) {
    it(`runs a worker as ${place}, with one interface`, async () => {
      open().registerModuleFactory('echo', createEcho);
      await master.addWorker(worker);
      assert.equal((await master.getWorkerStateWithDiagnostics('echo')).state, 'initialized');
      await master.startWorker('echo');
      const { type, state, lastError, startTime, processId, executableExists, snapshot } =
        await master.getWorkerStateWithDiagnostics('echo');
      assert.deepEqual([type, state, lastError, executableExists], [worker.type, 'running', null, true]);
      assert.ok(startTime !== null && Date.parse(startTime) <= Date.now());
      assert.equal(processId !== 0, worker.type === 'process');
      assert.equal(snapshot.host_pid, worker.type === 'process' ? processId : process.pid);
      const { address } = await master.getWorkerEndpoint('echo', 'api');
      assert.equal(await (await fetch(address)).text(), 'hello /api');

      await master.restartWorker('echo');
      const again = await master.getAllWorkerStatesWithDiagnostics();
      assert.deepEqual([...again.keys()], ['echo']);
      assert.equal(again.get('echo')?.snapshot.restarts, 1);

      await master.stopWorker('echo');
      assert.equal((await master.getWorkerStateWithDiagnostics('echo')).state, 'stopped');
      await assert.rejects(fetch(address));
      await master.removeWorker('echo');
      assert.equal((await master.getAllWorkerStatesWithDiagnostics()).size, 0);
    });
  }

  for (const { place, worker, executable } of placements) {
    it(`tells the same diagnostics of ${place}: before it runs, while it runs and when it has stopped`, async () => {
      open([{ ...worker, enabled: false }]).registerModuleFactory('echo', createEcho);
      const shown = async () => {
        const { snapshot: _, ...diagnostics } = await master.getWorkerStateWithDiagnostics('echo');
        return diagnostics;
      };
      const resting = {
        state: 'initialized',
        type: worker.type,
        lastError: null,
        startTime: null,
        resourceUsage: null,
        processId: 0,
        executablePath: executable,
        executableExists: true,
        memoryLimit: null,
        permissions: null,
      };
      assert.deepEqual(await shown(), resting);

      await master.startWorker('echo');
      const { startTime, processId, resourceUsage, ...running } = await shown();
      const isProcess = worker.type === 'process';
      assert.deepEqual({ ...resting, ...running }, { ...resting, state: 'running' });
      assert.equal(new Date(startTime ?? '').toISOString(), startTime);
      assert.equal(processId > 0, isProcess);
      // What one of several modules in a thread uses, nobody can tell.
      assert.equal((resourceUsage?.rss_bytes ?? 0) > 0, isProcess);
      assert.equal(resourceUsage === null, !isProcess);

      await master.stopWorker('echo');
      assert.deepEqual(await shown(), { ...resting, state: 'stopped' });
    });
  }

  it('says in the diagnostics whether permissions are kept where a worker runs', async () => {
    const permissions = { fs_read: [], fs_write: [], child_process: false, addons: false };
    const module = { module_path: 'modules/has-metadata.mjs', entry_point: 'create', permissions };
    open([
      { id: 'shared', type: 'module', module },
      { id: 'thread', type: 'module', module: { ...module, isolation: 'thread' } },
      { id: 'process', type: 'process', module },
    ]);
    const kept = async () =>
      [...(await master.getAllWorkerStatesWithDiagnostics()).values()].map((worker) => worker.permissions);
    assert.deepEqual(await kept(), [null, null, null]);
    for (const id of ['shared', 'thread', 'process']) await master.startWorker(id);
    assert.deepEqual(await kept(), ['not enforced', 'enforced', 'enforced']);
  });

  for (const type of ['process', 'module'] as const) {
    it(`tells in the diagnostics of a ${type} why it failed, and whether its file is there`, async () => {
      const entry = (id: string, module: object): WorkerEntry => ({ id, type, restart: 'never', module });
      const file = (name: string) => path.join(ROOT_FOLDER, 'test/fixtures/modules', name);
      const wrong = file('returns-no-start.mjs');
      const copy = path.join(runtime, `${type}.mjs`);
      cpSync(file('has-metadata.mjs'), copy);
      open([
        entry('wrong', { module_path: wrong, entry_point: 'create' }),
        entry('gone', { module_path: copy, entry_point: 'create' }),
      ]);
      await assert.rejects(master.startWorker('wrong'));
      await master.startWorker('gone');
      await master.stopWorker('gone');
      rmSync(copy);
      await assert.rejects(master.startWorker('gone'));
      for (const [id, says, there] of [
        ['wrong', /^wrong .*create returned .*; a module is an object with at least a start\(\) function\.$/, true],
        ['gone', /^gone cannot be loaded: .* does not exist\. Build it, or correct module_path\.$/, false],
      ] as const) {
        const told = await master.getWorkerStateWithDiagnostics(id);
        assert.match(told.lastError ?? '', says);
        assert.equal(told.lastError, told.snapshot.last_error?.message);
        assert.deepEqual(
          [told.state, told.resourceUsage, told.processId, told.executableExists],
          ['failed', null, 0, there],
        );
        assert.equal(told.executablePath, id === 'wrong' ? wrong : copy);
      }
    });
  }

  it('ends a worker at once where a restart is forced', async () => {
    open([
      {
        id: 'stubborn',
        type: 'process',
        graceful_timeout: '300ms',
        execution: { executable_path: 'programs/ignores-term.mjs' },
      },
    ]);
    await master.startWorker('stubborn');
    const before = await master.getWorkerStateWithDiagnostics('stubborn');
    await master.restartWorker('stubborn', { force: true });
    const after = await master.getWorkerStateWithDiagnostics('stubborn');
    assert.equal(after.state, 'running');
    assert.notEqual(after.processId, before.processId);
  });

  it('tells an event for each worker as it is, and for each change, in order', async () => {
    open([{ id: 'echo', type: 'module', module: { module_name: 'echo' } }]).registerModuleFactory('echo', createEcho);
    const events = master.events();
    const seen: MasterEvent[] = [];
    const reading = (async () => {
      for await (const event of events) {
        seen.push(event);
        if (event.kind === 'removed') break;
      }
    })();
    await master.startWorker('echo');
    await master.removeWorker('echo');
    await reading;
    const [first] = seen;
    assert.ok(first?.kind === 'changed' && first.worker.id === 'echo');
    const states = seen.flatMap((event) => (event.kind === 'changed' ? [event.worker.state] : []));
    assert.ok(states.includes('running'), states.join(', '));
    assert.deepEqual(seen.at(-1), { kind: 'removed', id: 'echo' });
  });

  it('ends the events with the master', async () => {
    open([{ id: 'echo', type: 'module', module: { module_name: 'echo' } }]).registerModuleFactory('echo', createEcho);
    const kinds: string[] = [];
    const reading = (async () => {
      for await (const { kind } of master.events()) kinds.push(kind);
    })();
    await master.startWorker('echo');
    await master.close();
    await reading;
    assert.ok(kinds.length > 0);
  });

  it('keeps a throw of a compiled-in module to its worker, whatever it comes from', async () => {
    open([
      { id: 'bad', type: 'module', restart: 'never', module: { module_name: 'bad' } },
      { id: 'good', type: 'module', module: { module_name: 'good' } },
    ]);
    let fail: () => void = () => undefined;
    master.registerModuleFactory('bad', () => ({
      start() {
        const timer = setInterval(() => undefined, 1000);
        fail = () => {
          timer.refresh();
        };
        setTimeout(() => {
          throw new Error('out of beans');
        }, 1);
      },
    }));
    master.registerModuleFactory('good', () => ({ start: () => undefined }));
    await master.startWorker('good');
    const failed = (async () => {
      for await (const event of master.events()) {
        if (event.kind === 'changed' && event.worker.id === 'bad' && event.worker.state === 'failed')
          return event.worker;
      }
      return undefined;
    })();
    await master.startWorker('bad').catch(() => undefined);
    const worker = await failed;
    fail();
    assert.match(worker?.last_error?.message ?? '', /^bad .*out of beans/);
    assert.equal((await master.getWorkerStateWithDiagnostics('good')).state, 'running');
    assert.deepEqual(worker?.fate, { scope: 'itself', with: [] });
  });

  it('says what a compiled-in module goes down with', async () => {
    open([{ id: 'good', type: 'module', module: { module_name: 'good' } }]);
    master.registerModuleFactory('good', () => ({ start: () => undefined }));
    await master.startWorker('good');
    assert.deepEqual((await master.getWorkerStateWithDiagnostics('good')).snapshot.fate, { scope: 'master', with: [] });
  });

  const refusals: readonly { readonly what: string; readonly worker: WorkerEntry; readonly says: RegExp }[] = [
    {
      what: 'a worker with an error',
      worker: { id: 'x', type: 'process', execution: { executable_path: 'missing' } },
      says: /^x is refused: .*missing.*\(HSU\d+\)$/,
    },
    {
      what: 'a taken id',
      worker: { id: 'taken', type: 'module', module: { module_name: 'good' } },
      says: /There is a worker "taken" already: remove it, or choose another id\./,
    },
  ];
  for (const { what, worker, says } of refusals) {
    it(`refuses ${what}, and keeps the others`, async () => {
      open([{ id: 'taken', type: 'module', module: { module_name: 'good' } }]);
      master.registerModuleFactory('good', () => ({ start: () => undefined }));
      await assert.rejects(master.addWorker(worker), ({ message }: Error) => says.test(message));
      assert.deepEqual([...(await master.getAllWorkerStatesWithDiagnostics()).keys()], ['taken']);
      await master.startWorker('taken');
    });
  }

  it('names the factories there are where one is not registered', async () => {
    open([{ id: 'x', type: 'module', module: { module_name: 'gud' } }]);
    master.registerModuleFactory('good', () => ({ start: () => undefined }));
    await assert.rejects(master.startWorker('x'), (error) => {
      assert.ok(error instanceof WorkerError);
      assert.equal(error.failure.code, 'module-not-found');
      assert.match(error.message, /"gud".*registered are "good"/);
      return true;
    });
    assert.throws(() => master.registerModuleFactory('good', createEcho), /registered already/);
  });

  it('says which endpoints there are where one is asked for that is not', async () => {
    open([{ id: 'good', type: 'module', module: { module_name: 'good' } }]);
    master.registerModuleFactory('good', () => ({ start: () => undefined }));
    await assert.rejects(master.getWorkerEndpoint('good', 'api'), /does not offer the endpoint "api"/);
    await assert.rejects(master.getWorkerEndpoint('nobody'), /There is no worker "nobody"/);
  });
});
