import { connectOnce } from '../../master/calls/connect-once.ts';
import { withWorkers, worker } from './with-workers.ts';

const workers = [
  worker('caller', 'shared', 'caller.mjs'),
  worker('shared', 'shared', 'provider.mjs'),
  worker('thread', 'thread', 'thread-provider.mjs'),
  worker('process', 'process', 'provider.mjs'),
];

/** Calls between workers in one master, measured by a worker in the shared host; prints one JSON value. */
withWorkers(workers, ({ places }, folder) =>
  connectOnce(places.folder, 'caller', { timeoutMs: Infinity }, async (call) => {
    console.log(JSON.stringify(await call('measure', [Number(process.argv[2]), folder])));
  }),
);
