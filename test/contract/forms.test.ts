import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FailureCode, WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { moduleFixtures } from '../support/module-run.ts';
import { nativeLibrary } from '../support/native-library.ts';

/**
 * The same small service in JavaScript, as WebAssembly and as a native library, in every place that each can be in: the
 * same life, health, log lines and failures to whoever looks.
 */
interface Form {
  readonly name: string;
  readonly file: string;
  readonly entryPoint?: string;
  readonly places: readonly (readonly [name: string, type: 'process' | 'module', more: object])[];
  /** What it prints is its worker's; a library has only the process to write to. */
  readonly prints: boolean;
  /** The keys that make its start fail, and how it says so. */
  readonly refusing: { readonly keys: object; readonly says: string };
  /** A file that cannot be what its name says. */
  readonly broken: { readonly file: string; readonly says: RegExp };
  /** What it says where the file lacks what entry_point names; of a library only the start can tell. */
  readonly lacks: readonly [code: FailureCode, says: RegExp];
}

const module = ['module', 'module', {}] as const;
const ownProcess = ['process', 'process', {}] as const;

function formsOf(library: string, noLibrary: string): readonly Form[] {
  return [
    {
      name: 'javascript',
      file: 'up-and-down.mjs',
      entryPoint: 'create',
      places: [
        ['shared', 'module', { isolation: 'shared' }],
        ['thread', 'module', { isolation: 'thread' }],
        ownProcess,
      ],
      prints: true,
      refusing: { keys: { config: { refuse: true } }, says: 'initialize(): the configuration refuses' },
      broken: { file: 'syntax-error.mjs', says: /Unexpected token/ },
      lacks: ['configuration', /up-and-down\.mjs does not export "Nothing": it exports create\. \(HSU405\)$/],
    },
    {
      name: 'wasm',
      file: 'wasm/service.wasm',
      places: [module, ownProcess],
      prints: true,
      refusing: { keys: { entry_point: 'refuse' }, says: 'start(): it returned 5, expected 0' },
      broken: { file: 'wasm/corrupted.wasm', says: /corrupted\.wasm is no valid WebAssembly/ },
      lacks: ['configuration', /service\.wasm does not export "Nothing": it exports .*\bstart\b.* \(HSU405\)$/],
    },
    {
      name: 'native',
      file: library,
      entryPoint: 'CreateDataProcessor',
      places: [module, ownProcess],
      prints: false,
      refusing: { keys: { config: { refuse: true } }, says: 'initialize(): the configuration refuses' },
      broken: { file: noLibrary, says: /none\.so/ },
      lacks: ['module-factory', /counter\.so: it has no function Nothing\. .*correct entry_point\.$/],
    },
  ];
}

describe('one service in every form', function () {
  this.timeout(120_000);
  let forms: readonly Form[] = [];
  let project: Project;
  let master: ForegroundMaster;
  before(async function () {
    // npm installs what it needs where that is not there yet.
    this.timeout(300_000);
    const library = await nativeLibrary('counter');
    const noLibrary = path.join(path.dirname(library), 'none.so');
    await writeFile(noLibrary, 'not a library');
    forms = formsOf(library, noLibrary);
    project = new Project({ 'workers.yaml': workersFile(forms) });
    master = project.run();
  });
  after(() => project.dispose());

  /** One look at every form in every place, against one that all are to give. */
  const each = (
    what: string,
    look: (id: string, form: Form) => unknown,
    expected: (form: Form, id: string) => unknown,
  ) => {
    const all = forms.flatMap((form) => form.places.map(([place]) => [`${what}-${form.name}-${place}`, form] as const));
    assert.deepEqual(
      Object.fromEntries(all.map(([id, form]) => [id, look(id, form)])),
      Object.fromEntries(all.map(([id, form]) => [id, expected(form, id)])),
    );
  };
  const snapshots = async () => new Map((await project.status()).map((worker) => [worker.id, worker]));
  const failure = (worker: WorkerSnapshot | undefined) => {
    const { code, message = '' } = worker?.last_error ?? {};
    return { state: worker?.state, code, message: message.replaceAll(worker?.id ?? '', 'WORKER') };
  };

  it('runs, is healthy, and runs afresh after a restart', async () => {
    const runners = idsOf(forms, 'runs');
    await Promise.all(
      runners.map((id) =>
        master.event((event) => event.event === 'worker' && event['id'] === id && event['health'] === 'healthy'),
      ),
    );
    assert.equal((await project.hsu('restart', ...runners)).code, 0);
    const now = await snapshots();
    each(
      'runs',
      (id) => {
        const worker = now.get(id);
        return [worker?.state, worker?.restarts, worker?.last_error, worker?.last_run?.exit_code];
      },
      () => ['running', 1, null, 0],
    );
  });

  it('fails to start with the same sentence around its own words', async () => {
    await settled(master, forms, 'refuses');
    const now = await snapshots();
    each(
      'refuses',
      (id) => failure(now.get(id)).message.replace(/ \([^)]*:\d+\)\.$/, '.'),
      ({ refusing }) => `WORKER threw in ${refusing.says}.`,
    );
    each(
      'refuses',
      (id) => [failure(now.get(id)).state, failure(now.get(id)).code],
      () => ['failed', 'module-threw'],
    );
  });

  it('cannot be loaded from what it is not', async () => {
    await settled(master, forms, 'broken');
    const now = await snapshots();
    each(
      'broken',
      (id, { broken }) => {
        const { state, code, message } = failure(now.get(id));
        return [state, code, (message.startsWith('WORKER cannot be loaded: ') && broken.says.test(message)) || message];
      },
      () => ['failed', 'module-syntax', true],
    );
  });

  it('says what there is instead of what entry_point names', async () => {
    await settled(master, forms, 'lacks');
    const now = await snapshots();
    each(
      'lacks',
      (id, { lacks }) => {
        const { state, code, message } = failure(now.get(id));
        return [state, code, (message.startsWith('WORKER ') && lacks[1].test(message)) || message];
      },
      ({ lacks }) => ['failed', lacks[0], true],
    );
  });

  it('stops by the same steps, and has printed the same', async () => {
    assert.equal((await project.hsu('stop', '--all')).code, 0);
    // What it told is all here when it has ended; the answer to a command may be here before.
    assert.equal((await master.interrupt()).code, 0);
    each(
      'runs',
      (id) => isTold(statesOf(master, id)) || statesOf(master, id),
      () => true,
    );
    each(
      'runs',
      (id) => master.events.flatMap((event) => (event.event === 'log' && event['id'] === id ? event['text'] : [])),
      ({ prints }) => (prints ? ['up', 'down', 'up', 'down'] : []),
    );
  });
});

/** Every worker of that kind has failed. */
async function settled(master: ForegroundMaster, forms: readonly Form[], what: string): Promise<void> {
  await Promise.all(idsOf(forms, what).map((id) => master.worker(id, 'failed')));
}

function idsOf(forms: readonly Form[], what: string): readonly string[] {
  return forms.flatMap(({ name, places }) => places.map(([place]) => `${what}-${name}-${place}`));
}

const life = [
  ...['initializing', 'initialized', 'starting', 'running'],
  ...['stopping', 'starting', 'running', 'stopping', 'stopped'],
];

/** A state that is over at once need not be told; what is told is told in order, up to the last. */
function isTold(states: readonly unknown[]): boolean {
  let at = -1;
  const isNext = (state: unknown) => (at = life.indexOf(String(state), at + 1)) >= 0;
  return states.every(isNext) && at === life.length - 1;
}

function statesOf(master: ForegroundMaster, id: string): readonly unknown[] {
  const states = master.events.flatMap((event) =>
    event.event === 'worker' && event['id'] === id ? [event['state']] : [],
  );
  return states.filter((state, index) => state !== states[index - 1]);
}

function workersFile(forms: readonly Form[]): string {
  const workers = forms.flatMap(({ name, file, entryPoint, places, refusing, broken }) =>
    places.flatMap(([place, type, where]) => {
      const named = entryPoint === undefined ? {} : { entry_point: entryPoint };
      const worker = (what: string, keys: object, itsFile = file) => ({
        id: `${what}-${name}-${place}`,
        type,
        restart: 'never',
        module: { module_path: path.resolve(moduleFixtures, itsFile), ...named, ...where, ...keys },
      });
      return [
        worker('runs', {}),
        worker('refuses', refusing.keys),
        worker('broken', {}, broken.file),
        worker('lacks', { entry_point: 'Nothing' }),
      ];
    }),
  );
  // JSON is YAML. A machine with too much to do makes a shared loop late, which would be told.
  return `master: { module_host: { slow_after: 1h, blocked_after: 1h } }\nworkers:\n${workers.map((worker) => `  - ${JSON.stringify(worker)}\n`).join('')}`;
}
