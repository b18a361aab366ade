import { AsyncLocalStorage } from 'node:async_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { figures } from './figures.mjs';
import { handle } from './provider.mjs';

/**
 * What the bare means of a call on one loop cost: in a thread of its own, for on Node 20 and 22 each AsyncLocalStorage in
 * use makes every promise of its thread dearer, and a module host has one already.
 */
const contexts = new AsyncLocalStorage();
const context = {};
const plain = async (value) => handle(value);
/** The least for a function whose errors are to be known as its own. */
const inContext = (value) => contexts.run(context, plain, value);

const kinds = {
  'function in a context of its own': (value) => contexts.run(context, handle, value),
  'plain async function': plain,
  'async function in a context of its own': inContext,
  // The least for a caller that is told when the other one is late or gone.
  'such, behind a promise of its own': (value) =>
    new Promise((resolve, reject) => void inContext(value).then(resolve, reject)),
};

// As the caller of a direct call, these are called from within a context.
const results = await contexts.run({}, async () => {
  const all = [];
  for (const [kind, call] of Object.entries(kinds)) all.push({ kind, ...(await figures(call, workerData, true)) });
  return all;
});
parentPort.postMessage(results);
