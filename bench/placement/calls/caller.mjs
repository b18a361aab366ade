import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { compared, figures } from './figures.mjs';
import { lines } from './lines.mjs';
import { handle } from './provider.mjs';
import { openRawPort } from './raw-port.mjs';

/** Measures the call of one function in every place, and beside each what the bare means cost. */
export const create = ({ endpoints, connect }) => ({
  start() {
    endpoints.publish('bench', {
      async measure(seconds, folder) {
        const results = await floors(seconds);
        const shared = connect('shared', { shareValues: true });
        const isolated = connect('shared');
        // Where many kinds of things carry a context, as here, each promise costs more than in a thread that has seen few.
        const direct = {
          'async function behind a promise of its own, in the module host': behindPromise,
          'direct, a plain function, shared values': (value) => shared.handleNow(value),
          'direct, shared values': (value) => shared.handle(value),
          'direct, a plain function, isolated': (value) => isolated.handleNow(value),
          'direct, isolated': (value) => isolated.handle(value),
        };
        for (const [kind, call] of Object.entries(direct))
          results.push({ kind, ...(await figures(call, seconds, true)) });
        results.push(await besideAnotherStorage(direct, seconds));

        const thread = connect('thread', { endpoint: 'sums' });
        await connect('thread', { endpoint: 'raw' }).answerRaw();
        const port = openRawPort();
        results.push(...(await compared({ 'raw MessagePort': overPort(port), thread: callOf(thread) }, seconds)));
        port.close();
        const [socket, endSocket] = await rawSocket(path.join(folder, 'raw.sock'));
        const process = callOf(connect('process'));
        results.push(...(await compared({ 'raw Unix socket': socket, process }, seconds)));
        endSocket();
        return results;
      },
    });
  },
});

const plain = async (value) => handle(value);
/** The least for a caller that is told when the other one is late or gone, were both one worker. */
const behindPromise = (value) => new Promise((resolve, reject) => void plain(value).then(resolve, reject));

const callOf = (client) => (value) => client.handle(value);

async function floors(seconds) {
  const thread = new Worker(new URL('floors-thread.mjs', import.meta.url), { workerData: seconds });
  const [results] = await once(thread, 'message');
  await thread.terminate();
  return results;
}

/** The same where a module of the host, this one, uses an AsyncLocalStorage of its own. */
async function besideAnotherStorage(direct, seconds) {
  const storage = new AsyncLocalStorage();
  storage.run({}, () => undefined);
  const kind = 'direct, shared values, beside an AsyncLocalStorage of a module';
  const result = { kind, ...(await figures(direct['direct, shared values'], seconds, true)) };
  storage.disable();
  return result;
}

function overPort(port) {
  const waiting = new Map();
  let last = 0;
  port.on('message', ({ number, answer }) => {
    waiting.get(number)(answer);
    waiting.delete(number);
  });
  return (value) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      port.postMessage({ number: last, query: value });
    });
}

async function rawSocket(address) {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'echo-process.mjs'), address], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // As workers are: the system shares out the processors among sessions, and is slower to change between two.
    detached: true,
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
