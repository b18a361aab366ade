import assert from 'node:assert/strict';
import { endTree } from '../../../../master/workers/process/end-tree.ts';
import { identityOf } from '../../../../master/workers/process/process-tree.ts';
import type { ProcessEntry } from '../../../../master/workers/process/table/process-table.ts';
import type { RunProgram } from '../../../../master/workers/process/table/run-program.ts';
import { windowsProcessTable } from '../../../../master/workers/process/table/windows.ts';

interface Program {
  readonly pid: number;
  readonly parent: number;
  /** Closes its window when it is asked to; a program of the console cannot be asked. */
  readonly hasWindow?: boolean;
}

/** A Windows of our own: what taskkill and the process list do there, on processes that a test lays out. */
class Machine {
  readonly orders: string[] = [];
  readonly #living: Map<number, Program>;
  readonly #ended: () => void;

  constructor(programs: readonly Program[], leader: number) {
    this.#living = new Map(programs.map((program) => [program.pid, program]));
    let ended: () => void = () => undefined;
    this.leaderOver = new Promise<void>((resolve) => (ended = resolve));
    this.#ended = () => {
      if (!this.#living.has(leader)) ended();
    };
  }

  readonly leaderOver: Promise<void>;

  get living(): number[] {
    return [...this.#living.keys()];
  }

  end(pid: number): void {
    this.#living.delete(pid);
    this.#ended();
  }

  readonly run: RunProgram = (program, args) => {
    if (program !== 'taskkill') return Promise.resolve(JSON.stringify([...this.#living.values()].map(rowOf)));
    this.orders.push(args.join(' '));
    const isForced = args.includes('/F');
    for (const pid of this.#meant(Number(args[1]), args.includes('/T'))) {
      if (isForced || this.#living.get(pid)?.hasWindow === true) this.end(pid);
    }
    return Promise.resolve('');
  };

  #meant(pid: number, withChildren: boolean): number[] {
    if (!withChildren) return [pid];
    const children = [...this.#living.values()].filter(({ parent }) => parent === pid);
    return [pid, ...children.flatMap((child) => this.#meant(child.pid, true))];
  }
}

function rowOf({ pid, parent }: Program) {
  const times = { WorkingSetSize: 1, KernelModeTime: 0, UserModeTime: 0 };
  return { ProcessId: pid, ParentProcessId: parent, Name: `p${pid}.exe`, Start: String(1000 + pid), ...times };
}

/** Ends the tree of 100 as a run does: it knows whom it has seen. */
async function stop(machine: Machine, known: Set<string>, graceMs: number) {
  const table = windowsProcessTable(machine.run);
  const leader = { pid: 100, start: '1100', startOrder: 1100 };
  const remember = (members: readonly ProcessEntry[]) => members.forEach((member) => known.add(identityOf(member)));
  const roots = () => ({ leader, markers: ['HSU_WORKER_ID=w'], known });
  return endTree({ worker: 'w', table, roots, remember, leaderOver: machine.leaderOver }, graceMs);
}

describe('a stop on Windows', () => {
  it('asks a program with a window, which closes with its children, without force', async () => {
    const machine = new Machine(
      [
        { pid: 100, parent: 1, hasWindow: true },
        { pid: 101, parent: 100, hasWindow: true },
        { pid: 200, parent: 1 },
      ],
      100,
    );
    assert.deepEqual(await stop(machine, new Set(), 5000), { forced: false, leftovers: [] });
    assert.deepEqual(machine.orders, ['/PID 100 /T']);
    assert.deepEqual(machine.living, [200]);
  });

  it('ends programs of the console by force when the grace time is over, and nothing is left', async () => {
    const machine = new Machine(
      [
        { pid: 100, parent: 1 },
        { pid: 101, parent: 100 },
        { pid: 102, parent: 101 },
        { pid: 200, parent: 1 },
      ],
      100,
    );
    const report = await stop(machine, new Set(), 20);
    assert.equal(report.forced, true);
    assert.equal(machine.orders[0], '/PID 100 /T');
    assert.ok(machine.orders.includes('/PID 102 /F'));
    assert.deepEqual(machine.living, [200]);
  });

  it('ends those whose parent is gone, for they were seen before', async () => {
    const machine = new Machine(
      [
        { pid: 101, parent: 100 },
        { pid: 102, parent: 101 },
      ],
      100,
    );
    const known = new Set([identityOf({ pid: 101, start: '1101' }), identityOf({ pid: 102, start: '1102' })]);
    machine.end(101);
    await stop(machine, known, 0);
    assert.deepEqual(machine.living, []);
  });

  it('does not take a stranger for a child whose parent had the same id before', async () => {
    const machine = new Machine(
      [
        { pid: 100, parent: 1, hasWindow: true },
        { pid: 50, parent: 100 },
      ],
      100,
    );
    await stop(machine, new Set(), 1000);
    assert.deepEqual(machine.living, [50]);
  });
});
