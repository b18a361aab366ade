import { parentPort } from 'node:worker_threads';
import { handle } from './provider.mjs';

/** The raw floor of threads: one message there, one back. */
parentPort.on('message', ({ number, query }) => parentPort.postMessage({ number, answer: handle(query) }));
