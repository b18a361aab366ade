import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { moduleFixtures } from '../support/module-run.ts';
import { nativeLibrary } from '../support/native-library.ts';
import { until } from '../support/until.ts';

/**
 * One module, wherever its worker's configuration puts it, is the same to whoever looks: state, health, sentence,
 * endpoints and log lines. What each placement must show stands here once.
 */
const placements = {
  shared: { type: 'module', isolation: 'shared' },
  thread: { type: 'module', isolation: 'thread' },
  process: { type: 'process' },
} as const;
type Placement = keyof typeof placements;

interface Case {
  readonly file: string;
  readonly entryPoint?: string | null;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly keys?: Readonly<Record<string, unknown>>;
  /** Everywhere, if not told. */
  readonly placements?: readonly Placement[];
  /** What it is to come to by itself. */
  readonly state: WorkerSnapshot['state'];
  readonly health?: WorkerSnapshot['health'];
  readonly error?: readonly [code: string, message: RegExp];
  /** "name type origin address", with N for a port that the system chose. */
  readonly endpoints?: readonly string[];
  readonly printed?: readonly string[];
  /** And after it was stopped. */
  readonly printedAtStop?: readonly string[];
}

/** Its start, as fixtures/modules/lives-by-the-contract.mjs tells it. */
const life = (how: string) => [`stdout initialize ${how} true false`, 'stdout start true false'];

function casesOf(takenPort: number, library: string): Readonly<Record<string, Case>> {
  return {
    serves: {
      file: 'echoes-http.mjs',
      entryPoint: 'createEcho',
      config: { register: true },
      state: 'running',
      health: 'healthy',
      endpoints: ['api url registered http://127.0.0.1:N/api', 'port-N url discovered http://127.0.0.1:N'],
      printed: ['stdout listening'],
      printedAtStop: ['stdout closed'],
    },
    'lives-at-once': {
      file: 'lives-by-the-contract.mjs',
      config: { how: 'at once' },
      state: 'running',
      health: 'healthy',
      printed: ['stdout factory lives-at-once at once', ...life('at once')],
      printedAtStop: ['stdout stop false true'],
    },
    'lives-later': {
      file: 'lives-by-the-contract.mjs',
      entryPoint: 'createLater',
      config: { how: 'later' },
      state: 'running',
      health: 'healthy',
      printed: ['stdout factory lives-later later', ...life('later')],
      printedAtStop: ['stdout stop false true'],
    },
    'is-ill': { file: 'has-metadata.mjs', config: { ill: true }, state: 'running', health: 'degraded' },
    'has-no-opinion': { file: 'logs-in-levels.mjs', state: 'running', health: 'unknown' },
    logs: {
      file: 'logs-in-levels.mjs',
      state: 'running',
      printed: [
        "stdout debug: looking { at: 'this' }",
        'stdout logs is here',
        'stdout console and 1',
        'stdout two',
        'stdout lines',
        'stderr warning: take care',
        'stderr error: it broke the part',
        'stderr to stderr',
      ],
    },
    'is-typescript': {
      file: 'uses-typescript.ts',
      state: 'running',
      printed: ['stdout area 9 awaited true is-typescript'],
    },
    'sees-its-thread': {
      file: 'sees-its-thread.mjs',
      state: 'running',
      printed: ['stdout null null', 'stdout null null', 'stdout null null', 'stdout its own'],
    },
    'is-commonjs': { file: 'requires-things.cjs', state: 'running', printed: ['stdout area 1 function true'] },
    'refuses-settings': {
      file: 'refuses-settings.mjs',
      state: 'failed',
      error: [
        'module-threw',
        /^refuses-settings threw in initialize\(\): TypeError: the configuration has no port \(.*refuses-settings\.mjs:3\)\.$/,
      ],
    },
    'has-a-bad-factory': {
      file: 'factory-throws.mjs',
      state: 'failed',
      error: ['module-factory', /^has-a-bad-factory has a factory that throws: TypeError: no database \(.*:2\)\.$/],
    },
    'has-bad-syntax': {
      file: 'syntax-error.mjs',
      state: 'failed',
      error: ['module-syntax', /^has-bad-syntax cannot be loaded: Unexpected token ';' \(.*syntax-error\.mjs:5\)/],
    },
    'misses-a-package': {
      file: 'imports-missing-package.mjs',
      state: 'failed',
      error: ['module-not-found', /no-such-package, imported by .* is not found\. Install it \(npm install /],
    },
    'is-no-module': {
      file: 'returns-no-start.mjs',
      state: 'failed',
      error: ['module-contract', /create returned .*; a module is an object with at least a start\(\) function\.$/],
    },
    'wants-a-taken-port': {
      file: 'echoes-http.mjs',
      entryPoint: 'createEcho',
      config: { port: takenPort },
      state: 'failed',
      error: [
        'port-in-use',
        /^wants-a-taken-port cannot listen on port \d+: it is in use already\. Stop what listens there, or give wants-a-taken-port another port\.$/,
      ],
    },
    'throws-later': {
      file: 'throws-in-timer.ts',
      config: { afterMs: 20 },
      state: 'failed',
      error: ['module-threw', /^throws-later threw while running: RangeError: the timer failed \(.*:9\)\.$/],
    },
    'rejects-later': {
      file: 'rejects-later.mjs',
      entryPoint: 'default',
      state: 'failed',
      error: ['module-threw', /^rejects-later threw while running: nobody awaits this \(.*rejects-later\.mjs:5\)\.$/],
    },
    'exits-later': {
      file: 'exits-with-7.mjs',
      state: 'failed',
      error: ['exited', /^exits-later ended by itself with code 7; its log may tell why\.$/],
    },
    'exits-in-start': {
      file: 'exits-in-start.mjs',
      state: 'failed',
      error: ['exited', /^exits-in-start ended itself with code 3 before its start was done\.$/],
    },
    'never-starts': {
      file: 'never-resolves-start.mjs',
      keys: { start_timeout: '1500ms' },
      state: 'failed',
      error: ['start-timeout', /^never-starts has not finished starting within 1\.5 s: see its log/],
    },
    'never-stops': { file: 'ignores-stop.mjs', keys: { graceful_timeout: '50ms' }, state: 'running' },
    'is-wasm': {
      file: 'wasm/hello.wasm',
      entryPoint: null,
      placements: ['thread', 'process'],
      state: 'failed',
      error: ['exited', /^is-wasm ended by itself with code 4; its log may tell why\.$/],
      printed: ['stdout hello from wasm'],
    },
    'is-wasm-and-lives': {
      file: 'wasm/service.wasm',
      entryPoint: null,
      placements: ['thread', 'process'],
      state: 'running',
      health: 'healthy',
      printed: ['stdout up'],
      printedAtStop: ['stdout down'],
    },
    'is-bad-wasm': {
      file: 'wasm/corrupted.wasm',
      entryPoint: null,
      placements: ['thread', 'process'],
      state: 'failed',
      error: ['module-syntax', /^is-bad-wasm cannot be loaded: .*corrupted\.wasm is no valid WebAssembly/],
    },
    'is-native': {
      file: library,
      entryPoint: 'CreateDataProcessor',
      placements: ['thread', 'process'],
      state: 'running',
      health: 'healthy',
    },
    'is-native-and-refuses': {
      file: library,
      entryPoint: 'CreateDataProcessor',
      config: { refuse: true },
      placements: ['thread', 'process'],
      state: 'failed',
      error: ['module-threw', /^is-native-and-refuses threw in initialize\(\): the configuration refuses/],
    },
    'is-native-without-the-function': {
      file: library,
      entryPoint: 'CreateNothing',
      placements: ['thread', 'process'],
      state: 'failed',
      error: [
        'module-factory',
        /counter\.so: it has no function CreateNothing\. Export it as docs\/hsu-module\.h says/,
      ],
    },
  };
}

const holder = createServer();

describe('one module in every placement', function () {
  this.timeout(120_000);
  let cases: Readonly<Record<string, Case>>;
  before(async function () {
    // npm installs what it needs where that is not there yet.
    this.timeout(300_000);
    holder.listen(0, '127.0.0.1');
    await once(holder, 'listening');
    cases = casesOf((holder.address() as AddressInfo).port, await nativeLibrary('counter'));
  });
  after(() => {
    holder.close();
  });

  it('goes on in its process, and tells the same, when the master is killed and another takes it over', async () => {
    const { serves, 'has-no-opinion': silent } = cases;
    assert.ok(serves && silent);
    const project = new Project({ 'workers.yaml': workersFile('process', Object.entries({ serves, silent })) });
    try {
      const first = project.run();
      await Promise.all([first.worker('serves', 'running'), first.worker('silent', 'running')]);
      const [before] = await project.status();
      await first.kill();
      const second = project.run();
      await second.event(
        (event) => event.event === 'worker' && event['id'] === 'serves' && event['health'] === 'healthy',
      );
      const [after] = await project.status();
      assert.deepEqual([after?.pid, after?.endpoints], [before?.pid, before?.endpoints]);
      assert.equal((await second.interrupt()).code, 0);
    } finally {
      await project.dispose();
    }
  });

  for (const placement of Object.keys(placements) as Placement[]) {
    describe(placement, () => {
      let project: Project;
      let master: ForegroundMaster;
      let here: readonly (readonly [string, Case])[];
      before(async () => {
        here = Object.entries(cases).filter(([, { placements: where }]) => where?.includes(placement) ?? true);
        project = new Project({ 'workers.yaml': workersFile(placement, here) });
        master = project.run();
      });
      after(() => project.dispose());

      /** Fails with all that differs, each under its worker's name. */
      const check = (seen: (id: string, wanted: Case) => unknown, expected: (wanted: Case, id: string) => unknown) => {
        const all = (look: (id: string, wanted: Case) => unknown) =>
          Object.fromEntries(here.map(([id, wanted]) => [id, look(id, wanted)]));
        assert.deepEqual(
          all(seen),
          all((id, wanted) => expected(wanted, id)),
        );
      };

      it('comes to the same state, health, sentence and endpoints', async () => {
        let snapshots = new Map<string, WorkerSnapshot>();
        const settled = () => here.every(([id, wanted]) => isAsWanted(snapshots.get(id), wanted));
        const look = async () => {
          snapshots = new Map((await project.status()).map((worker) => [worker.id, worker]));
        };
        await Promise.all(here.map(([id, { state }]) => master.worker(id, state)));
        // Its first opinion of its health, and where it listens, a worker tells after it runs.
        await until(
          async () => {
            await look();
            return settled();
          },
          'every worker to be as wanted',
          60_000,
        ).catch(() => undefined);
        check(
          (id, wanted) => shownOf(snapshots.get(id), wanted),
          (wanted) => ({
            state: wanted.state,
            health: wanted.health,
            code: wanted.error?.[0],
            message: wanted.error ? true : undefined,
            endpoints: wanted.endpoints,
          }),
        );
      });

      it('says what else goes down with it', async () => {
        const snapshots = new Map((await project.status()).map((worker) => [worker.id, worker]));
        const scopes: Readonly<Record<Placement, string>> = { shared: 'host', thread: 'itself', process: 'itself' };
        assert.equal(snapshots.get('serves')?.fate.scope, scopes[placement]);
        assert.equal(snapshots.get('serves')?.fate.with.includes('is-ill'), placement === 'shared');
        const native = snapshots.get('is-native')?.fate;
        if (placement === 'thread') assert.deepEqual(native, { scope: 'master', with: [] });
        else assert.deepEqual(native, placement === 'process' ? { scope: 'itself', with: [] } : undefined);
      });

      it('answers the same', async () => {
        const serves = (await project.status()).find(({ id }) => id === 'serves');
        const [api] = serves?.endpoints ?? [];
        assert.equal(await (await fetch(`${api?.address}/there`)).text(), 'hello /api/there');
      });

      it('starts with fresh code again', async () => {
        const restarted = await project.hsu('restart', 'is-typescript');
        assert.deepEqual([restarted.code, restarted.stderr], [0, '']);
        assert.equal(await printed(project, 'is-typescript', 2), 'stdout area 9 awaited true is-typescript');
      });

      it('stops, whatever it thinks of that, and has printed the same', async () => {
        assert.equal((await project.hsu('stop', '--all')).code, 0);
        const states = new Set((await project.status()).map(({ state }) => state));
        assert.deepEqual([...states], ['stopped']);
        const printers = here.filter(([, wanted]) => wanted.printed);
        const lines = new Map(
          await Promise.all(printers.map(async ([id]) => [id, await linesOf(project, id)] as const)),
        );
        check(
          (id, wanted) => (wanted.printed ? byStream(lines.get(id) ?? []) : undefined),
          (wanted, id) => {
            const all = [...(wanted.printed ?? []), ...(wanted.printedAtStop ?? [])];
            return wanted.printed ? byStream(id === 'is-typescript' ? [...all, ...all] : all) : undefined;
          },
        );
        assert.equal((await master.interrupt()).code, 0);
      });
    });
  }
});

function workersFile(placement: Placement, cases: readonly (readonly [string, Case])[]): string {
  const workers = cases.map(([id, { file, entryPoint = 'create', config = {}, keys = {} }]) => {
    const { type, ...where } = placements[placement];
    const module = {
      module_path: path.resolve(moduleFixtures, file),
      ...(entryPoint === null ? {} : { entry_point: entryPoint, ...(file.endsWith('.so') ? {} : where) }),
      config,
    };
    return { id, type, restart: { policy: 'never' }, ...keys, module };
  });
  // JSON is YAML.
  return `workers:\n${workers.map((worker) => `  - ${JSON.stringify(worker)}\n`).join('')}`;
}

function shownOf(worker: WorkerSnapshot | undefined, wanted: Case): object {
  const error = worker?.last_error;
  return {
    state: worker?.state,
    health: wanted.health && worker?.health,
    code: error?.code,
    message: wanted.error ? wanted.error[1].test(error?.message ?? '') || error?.message : error?.message,
    endpoints: wanted.endpoints && worker && endpointsOf(worker),
  };
}

function isAsWanted(worker: WorkerSnapshot | undefined, { state, health, endpoints }: Case): boolean {
  if (worker?.state !== state) return false;
  if (health && worker.health !== health) return false;
  return !endpoints || endpointsOf(worker).length === endpoints.length;
}

function endpointsOf({ endpoints }: WorkerSnapshot): readonly string[] {
  return endpoints.map(({ name, type, origin, address }) =>
    `${name} ${type} ${origin} ${address}`.replace(/(?<=port-|127\.0\.0\.1:)\d+/g, 'N'),
  );
}

async function linesOf(project: Project, id: string): Promise<readonly string[]> {
  const { stdout } = await project.hsu('logs', id, '--json');
  const lines = JSON.parse(stdout) as readonly { readonly stream: string; readonly text: string }[];
  // A machine with too much to do makes a shared loop late, which is told and no promise.
  return lines
    .filter(({ text }) => !text.includes('has kept the event loop'))
    .map(({ stream, text }) => `${stream} ${text}`);
}

/** The order of two streams to each other is nobody's promise. */
function byStream(lines: readonly string[]): readonly string[] {
  return [...lines.filter((line) => line.startsWith('stdout ')), ...lines.filter((line) => line.startsWith('stderr '))];
}

async function printed(project: Project, id: string, count: number): Promise<string> {
  let lines: readonly string[] = [];
  await until(
    async () => {
      lines = await linesOf(project, id);
      return lines.length >= count;
    },
    () => `${count} lines of ${id}; there are ${JSON.stringify(lines)}`,
  );
  return lines[count - 1] ?? '';
}
