import assert from 'node:assert/strict';
import { forestOf, treeOf } from '../../../../master/workers/process/process-tree.ts';
import type { ProcessEntry } from '../../../../master/workers/process/table/process-table.ts';

const markers = ['HSU_WORKER_ID=w', 'HSU_MASTER=m'];

interface Shape {
  readonly parent?: number;
  readonly group?: number;
  readonly session?: number;
  readonly started?: number;
  readonly carries?: boolean;
}

/** As it is where all marks are read at once, and nothing is asked. */
function read(one: ProcessEntry): ProcessEntry {
  return { ...one, marks: new Set(one.carries(markers) ? [...markers, 'HSU_RUN=1'] : ['HSU_MASTER=m']) };
}

function entry(pid: number, shape: Shape = {}): ProcessEntry {
  const { parent = 1, group = pid, session = pid, started = 100, carries = false } = shape;
  const base = { pid, parent, group, session, start: String(started), startOrder: started, name: `p${pid}` };
  return { ...base, cpuMs: 0, rssBytes: 0, isHeld: false, carries: (asked) => carries && asked === markers };
}

describe('treeOf', () => {
  const leader = { pid: 10, start: '100', startOrder: 100 };
  const members = (entries: readonly ProcessEntry[], known: readonly string[] = []) =>
    treeOf(forestOf(entries), { leader, markers, known: new Set(known) }).map(({ pid }) => pid);

  const cases: readonly {
    readonly what: string;
    readonly entries: readonly ProcessEntry[];
    readonly known?: readonly string[];
    readonly want: readonly number[];
  }[] = [
    {
      what: 'a leader with its children',
      entries: [entry(10), entry(11, { parent: 10 }), entry(12, { parent: 11 })],
      want: [10, 11, 12],
    },
    { what: 'nobody else', entries: [entry(10), entry(20), entry(21, { parent: 20 })], want: [10] },
    { what: 'an orphan of the leader’s session', entries: [entry(12, { session: 10 })], want: [12] },
    { what: 'an orphan of the leader’s group', entries: [entry(12, { group: 10 })], want: [12] },
    { what: 'an orphan that carries the marks', entries: [entry(12, { carries: true })], want: [12] },
    { what: 'an orphan seen before', entries: [entry(12)], known: ['12 100'], want: [12] },
    {
      what: 'no process that has the number of one seen before',
      entries: [entry(12, { started: 200 })],
      known: ['12 100'],
      want: [],
    },
    {
      what: 'no session of a stranger who has the leader’s number now',
      entries: [entry(10, { started: 200 }), entry(12, { session: 10, started: 201 })],
      want: [],
    },
    {
      what: 'nothing older than the leader',
      entries: [entry(10), entry(9, { started: 50, carries: true })],
      want: [10],
    },
    {
      what: 'no child older than its parent',
      entries: [entry(10, { started: 100 }), entry(12, { parent: 10, started: 99 })],
      want: [10],
    },
    {
      what: 'children before their parents in the list',
      entries: [entry(12, { parent: 11 }), entry(11, { parent: 10 }), entry(10)],
      want: [10, 11, 12],
    },
    { what: 'not the master itself', entries: [entry(process.pid, { carries: true })], want: [] },
  ];
  for (const { what, entries, known, want } of cases) {
    it(`finds ${what}`, () => {
      assert.deepEqual(members(entries, known), want);
      assert.deepEqual(members(entries.map(read), known), want, 'where its marks are read');
    });
  }

  it('finds what carries the marks without any leader', () => {
    const roots = { markers, known: new Set<string>() };
    assert.deepEqual(
      treeOf(forestOf([entry(5, { carries: true, started: 1 })]), roots).map(({ pid }) => pid),
      [5],
    );
  });
});
