import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import type { FileIndex } from '../file-index.ts';
import type { Mention } from '../read-item.ts';
import { stepThrough, type Steps } from '../steps.ts';
import type { Place } from './file-rules.ts';

/** Two enabled workers cannot listen on one port, nor can a worker on the master's. */
export function* checkPorts(
  { ports }: FileIndex,
  place: Place,
  master: Mention<number> | undefined,
): Steps<readonly Problem[]> {
  const masterPort = master?.value;
  const contested = (port: number) => ports.repeated.has(port) || port === masterPort;
  if (ports.repeated.size === 0 && (masterPort === undefined || !ports.has(masterPort))) return [];
  const items = yield* place((reading) => reading.ports.some(({ value }) => contested(value)));
  const free = (port: number) => {
    let next = port + 1;
    while (ports.has(next) || next === masterPort) next++;
    return next;
  };
  const first = new Map<number, { readonly id: string; readonly start: number; readonly end: number }>();
  const found: Problem[] = [];
  yield* stepThrough(items, ({ reading, start }) => {
    for (const port of reading.ports) {
      const at = { start: start + port.start, end: start + port.end };
      const id = reading.id?.value ?? '';
      const earlier = first.get(port.value);
      if (!earlier) first.set(port.value, { id, ...at });
      const message =
        port.value === masterPort
          ? `Port ${port.value} is an older master's own (master.port): give "${id}" another one.`
          : earlier && `Port ${port.value} is taken by "${earlier.id}": only one of them can listen on it.`;
      if (message === undefined) continue;
      const related = [
        ...(master?.value === port.value
          ? [{ start: master.start, end: master.end, message: 'An older master listens on it.' }]
          : []),
        ...(earlier ? [{ start: earlier.start, end: earlier.end, message: `"${earlier.id}" listens on it.` }] : []),
      ];
      const next = free(port.value);
      const isNumber = at.end - at.start === String(port.value).length && next <= 65_535;
      const fixes = isNumber ? [fix(`Change to ${next}`, [replace(at, String(next))])] : [];
      found.push({ ...problem('HSU506', message, at, { related, fixes }), ...(reading.id ? { workerId: id } : {}) });
    }
  });
  return found;
}
