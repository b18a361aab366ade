import { parentPort } from 'node:worker_threads';
import { create } from './service.mjs';

await create().start();
parentPort.postMessage('ready');
