// Preloaded into a measured server: tells over file descriptor 3, once for every line that is asked, how long its event
// loop stood still since the last answer, how much of that it was at work (where the system tells: the rest is the
// machine's), what memory it holds and how much processor time it has used.
const { readFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { Socket } = require('node:net');

const resolution = 2;
const delay = monitorEventLoopDelay({ resolution });
delay.enable();

const worked = ownWork();
let before = worked?.();
let longestWork = 0;
if (worked) {
  setInterval(() => {
    const now = worked();
    longestWork = Math.max(longestWork, now - before);
    before = now;
  }, resolution).unref();
}

const asking = new Socket({ fd: 3 });
asking.on('data', () => {
  const { user, system } = process.cpuUsage();
  const blockMs = Math.max(0, delay.max / 1e6 - resolution);
  const blockCpuMs = worked ? Math.max(longestWork, worked() - before) : undefined;
  delay.reset();
  longestWork = 0;
  before = worked?.();
  const rssMb = process.memoryUsage.rss() / 2 ** 20;
  asking.write(`${JSON.stringify({ blockMs, blockCpuMs, rssMb, cpuMs: (user + system) / 1000 })}\n`);
});
asking.unref();

/** Tells the processor time of the main thread in milliseconds; undefined where the system does not. */
function ownWork() {
  const file = `/proc/self/task/${process.pid}/schedstat`;
  const read = () => Number(readFileSync(file, 'latin1').split(' ', 1)[0]) / 1e6;
  try {
    read();
    return read;
  } catch {
    return undefined;
  }
}
