import { didYouMean } from '../did-you-mean.ts';
import { fix, problem } from '../make-problem.ts';
import type { Fix, Problem } from '../problem.ts';
import type { Dependency } from '../read-item.ts';
import type { FileIndex } from '../file-index.ts';
import type { ItemReading } from '../read-item.ts';
import type { Steps } from '../steps.ts';
import type { Place, PlacedReading } from './file-rules.ts';

/** `depends_on` names workers of this file, and no worker waits for itself, directly or in a circle. */
export function* checkDependencies(index: FileIndex, place: Place): Steps<readonly Problem[]> {
  const { ids, dangling } = index;
  if (index.waiting === 0) return [];
  const found: Problem[] = [];
  if (dangling.size > 0) found.push(...(yield* unknown(yield* place(waitsFor(dangling)), ids)));
  if (!index.mayHaveCircles) return found;
  const closed = yield* circles(yield* place(({ dependsOn }) => dependsOn.length > 0));
  if (closed.length === 0) index.noCirclesFound();
  return [...found, ...closed];
}

function waitsFor(names: ReadonlySet<string>) {
  return ({ dependsOn }: ItemReading) => dependsOn.some(({ value }) => names.has(value));
}

/** For so many names what may have been meant is searched for among all ids; a file with more of them has said enough. */
const mostSearched = 50;

function* unknown(waiting: readonly PlacedReading[], ids: FileIndex['ids']): Steps<Problem[]> {
  const found: Problem[] = [];
  const meant = new Map<string, readonly string[]>();
  for (const { reading, start } of waiting) {
    for (const one of reading.dependsOn) {
      if (ids.has(one.value)) continue;
      if (!meant.has(one.value) && meant.size < mostSearched) {
        meant.set(one.value, didYouMean(one.value, [...ids.values()], mostOffered + 1));
        yield;
      }
      const close = (meant.get(one.value) ?? []).filter((id) => id !== reading.id?.value).slice(0, mostOffered);
      found.push(unknownName(one, start, close, reading.id?.value));
    }
  }
  return found;
}

/** So many ids are offered in the place of an unknown one. */
const mostOffered = 3;

function unknownName(one: Dependency, start: number, close: readonly string[], workerId: string | undefined): Problem {
  const at = { start: start + one.start, end: start + one.end };
  const hint = close[0] === undefined ? 'write the id of another worker of this file.' : `did you mean "${close[0]}"?`;
  return withId(
    problem('HSU203', `depends_on names "${one.value}", but there is no such worker: ${hint}`, at, {
      fixes: [
        ...close.map((id, index) => fix(`Change to "${id}"`, [{ ...at, newText: id }], index === 0)),
        takeOut(one, start),
      ],
    }),
    workerId,
  );
}

/** Each circle is reported once, at the first of its workers in the file. */
function* circles(waiting: readonly PlacedReading[]): Steps<Problem[]> {
  const byId = new Map<string, PlacedReading>();
  for (const item of waiting)
    if (item.reading.id && !byId.has(item.reading.id.value)) byId.set(item.reading.id.value, item);
  const done = new Set<string>();
  let nextStop = 256;
  const found: Problem[] = [];
  for (const id of byId.keys()) {
    if (done.has(id)) continue;
    if (done.size >= nextStop) {
      nextStop = done.size + 256;
      yield;
    }
    const path: { id: string; next: number }[] = [{ id, next: 0 }];
    const onPath = new Set([id]);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const target = byId.get(top.id)?.reading.dependsOn[top.next++];
      if (!target) {
        path.pop();
        onPath.delete(top.id);
        done.add(top.id);
      } else if (onPath.has(target.value)) {
        const circle = path.slice(path.findIndex((step) => step.id === target.value)).map((step) => step.id);
        found.push(circleProblem(circle, byId));
      } else if (!done.has(target.value) && byId.has(target.value)) {
        path.push({ id: target.value, next: 0 });
        onPath.add(target.value);
      }
    }
  }
  return found;
}

function circleProblem(circle: readonly string[], byId: ReadonlyMap<string, PlacedReading>): Problem {
  const places = circle.map((id, index) => {
    const item = byId.get(id);
    const next = circle[(index + 1) % circle.length];
    const mention = item?.reading.dependsOn.find(({ value }) => value === next);
    const start = item?.start ?? 0;
    return {
      start: start + (mention?.start ?? 0),
      end: start + (mention?.end ?? 0),
      message: `"${id}" waits for "${next ?? ''}".`,
      fixes: mention ? [takeOut(mention, start)] : [],
    };
  });
  const first = places.reduce((a, b) => (b.start < a.start ? b : a));
  const named = [...circle, circle[0]].map((id) => `"${id ?? ''}"`).join(' → ');
  const message =
    circle.length === 1 ? `"${circle[0] ?? ''}" depends on itself.` : `These workers wait for each other: ${named}.`;
  return withId(
    problem('HSU204', message, first, {
      related: places.filter((place) => place !== first).map(({ fixes: _, ...place }) => place),
      fixes: places.flatMap(({ fixes }) => fixes),
    }),
    circle[places.indexOf(first)],
  );
}

function takeOut({ value, removal }: Dependency, base: number): Fix {
  const edit = { ...removal, start: base + removal.start, end: base + removal.end };
  return fix(`Remove "${value}" from depends_on`, [edit]);
}

function withId(found: Problem, workerId: string | undefined): Problem {
  return workerId === undefined ? found : { ...found, workerId };
}
