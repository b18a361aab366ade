import vm from 'node:vm';
import { workerData } from 'node:worker_threads';
import type { HostOptions } from '../host-protocol.ts';
import { readHostScript } from './host-script.ts';

/** The first file of a thread that holds modules: runs the host, as an earlier thread has compiled it where there was one. */

const { compiled, asker } = (workerData as HostOptions).code;
const { file, text } = readHostScript();
const script = new vm.Script(text, {
  filename: file,
  ...(compiled ? { cachedData: compiled } : {}),
});
asker?.once('message', () => {
  const code = script.createCachedData();
  // Every thread that begins reads it, so none has a copy.
  const shared = new Uint8Array(new SharedArrayBuffer(code.length));
  shared.set(code);
  asker.postMessage(shared);
});
asker?.unref();
const run: unknown = script.runInThisContext();
if (typeof run === 'function') Reflect.apply(run, undefined, [require, module, exports, DIST_FOLDER]);
