import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { setImmediate as turn } from 'node:timers/promises';
import { lines } from './lines.mjs';
import { handle } from './provider.mjs';

const query = { id: 1, a: 2, b: 3, name: 'alpha beta gamma delta epsilon zeta eta theta' };
const inFlight = 64;

/** Kinds that never leave the loop. */
const direct = new Set([
  'plain async function',
  'async function in a context of its own',
  'such, behind a promise of its own',
  'direct, shared values',
  'direct, isolated',
]);

const contexts = new AsyncLocalStorage();
const context = {};
const plain = async (value) => handle(value);
/** The least for a function whose errors are to be known as its own. */
const inContext = (value) => contexts.run(context, plain, value);
/** The least for a caller that is told when the other one is late or gone. */
const behindPromise = (value) => new Promise((resolve, reject) => void inContext(value).then(resolve, reject));

/** Measures the call of one function in every place, and beside each what the bare means cost. */
export const create = ({ endpoints, connect }) => ({
  start() {
    endpoints.publish('bench', {
      async measure(seconds, folder) {
        const [thread, endThread] = rawThread();
        const [socket, endSocket] = await rawSocket(path.join(folder, 'raw.sock'));
        const kinds = {
          'plain async function': plain,
          'async function in a context of its own': inContext,
          'such, behind a promise of its own': behindPromise,
          'direct, shared values': callOf(connect('shared', { shareValues: true })),
          'direct, isolated': callOf(connect('shared')),
          'raw MessagePort': thread,
          thread: callOf(connect('thread')),
          'raw Unix socket': socket,
          process: callOf(connect('process')),
        };
        const results = [];
        for (const [kind, call] of Object.entries(kinds))
          results.push({ kind, ...(await figures(call, seconds, direct.has(kind))) });
        await endThread();
        endSocket();
        return results;
      },
    });
  },
});

const callOf = (client) => (value) => client.handle(value);

async function figures(call, seconds, isDirect) {
  // A look at the clock costs as much as a direct call: many share one.
  const perLook = isDirect ? 1000 : 1;
  // Both ends are compiled by then.
  await throughput(call, perLook, seconds);
  const latencies = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    const begun = performance.now();
    await loop(call, perLook);
    latencies.push(((performance.now() - begun) * 1000) / perLook);
    // A direct call never leaves the turn of the loop, on which others wait.
    if (perLook > 1) await turn();
  }
  latencies.sort((a, b) => a - b);
  return {
    latencyUs: latencies[Math.floor(latencies.length / 2)],
    perSecond: await throughput(call, perLook, seconds),
  };
}

/** Calls per second with 64 in flight. */
async function throughput(call, perLook, seconds) {
  let done = 0;
  // All of them together stay short enough for the loop to turn in time.
  const perTurn = Math.ceil(perLook / inFlight);
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const one = async () => {
    while (performance.now() < end) {
      await loop(call, perTurn);
      done += perTurn;
      if (perLook > 1) await turn();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return (done / (performance.now() - begun)) * 1000;
}

async function loop(call, times) {
  for (let n = 0; n < times; n++) await call(query);
}

function rawThread() {
  const worker = new Worker(new URL('echo-thread.mjs', import.meta.url));
  const waiting = new Map();
  let last = 0;
  worker.on('message', ({ number, answer }) => {
    waiting.get(number)(answer);
    waiting.delete(number);
  });
  const call = (value) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      worker.postMessage({ number: last, query: value });
    });
  return [call, () => worker.terminate()];
}

async function rawSocket(address) {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'echo-process.mjs'), address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const waiting = new Map();
  let last = 0;
  const socket = net.connect(address);
  const send = lines(socket, ({ number, answer }) => {
    waiting.get(number)(answer);
    waiting.delete(number);
  });
  const call = (value) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      send({ number: last, query: value });
    });
  return [
    call,
    () => {
      socket.destroy();
      child.kill();
    },
  ];
}
