// What the kernel says of processes, and the events that the workers themselves write.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds on the clock that the workers write by. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;

/** Fields of /proc/PID/stat after the name: state, parent, …; undefined when there is no such process. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Processor time used so far by all threads, as the scheduler counts it: a tick of `stat` would be 10 ms. */
export function cpuMs(pids) {
  return pids.flatMap(threadsOf).reduce((total, thread) => {
    try {
      return total + Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
    } catch {
      return total;
    }
  }, 0);
}

function threadsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  } catch {
    return [];
  }
}

/** Memory that is theirs alone, and their share of what they share. */
export function pssMb(pids) {
  return pids.reduce((total, pid) => {
    try {
      return total + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;
    } catch {
      return total;
    }
  }, 0);
}

export function childrenOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(statOf(name)?.[1]) === parent)
    .map(Number);
}

/** Whether a variable of this name was in its environment when it began. */
export function hasVariable(pid, name) {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(`\0${name}=`);
  } catch {
    return false;
  }
}

/** Whoever works in the folder, such as the helpers of a supervisor that was killed. */
export function processesIn(folder) {
  return readdirSync('/proc')
    .filter((name) => {
      try {
        return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`).startsWith(folder);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Whether this very process of the test lives: its command names the test's folder; zombies do not count. */
export function isAlive(pid, folder) {
  if (!isRunning(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

export function isRunning(pid) {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Everything the workers wrote: {id, pid, at} in order. */
export function eventsIn(file) {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id, pid, at] = line.split(' ');
      return { id, pid: Number(pid), at: Number(at) / 1e6 };
    });
}

/** Resolves to the first truthy answer of `look`; rejects when there is none in time. */
export async function until(look, what, limitMs = 60_000, stepMs = 2) {
  for (const begun = now(); ;) {
    const answer = look();
    if (answer) return answer;
    if (now() - begun > limitMs) throw new Error(`not seen within ${limitMs / 1000} s: ${what}`);
    await wait(stepMs);
  }
}

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
