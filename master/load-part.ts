import { createRequire } from 'node:module';
import path from 'node:path';
import type * as execa from './execa.ts';
import type * as grpcProbe from './health/grpc-probe.ts';
import type * as inspectorClient from './inspector/inspector-client.ts';
import type * as workerMetrics from './metrics/worker-metrics.ts';
import type * as compileTypeScript from './workers/module/host/compile-typescript.ts';

/** What most runs never need: bundles of their own beside this one, by the names they have in esbuild.mjs. */
interface Parts {
  readonly 'compile-typescript': typeof compileTypeScript;
  readonly execa: typeof execa;
  readonly 'grpc-probe': typeof grpcProbe;
  readonly 'inspector-client': typeof inspectorClient;
  readonly 'worker-metrics': typeof workerMetrics;
}

const load = createRequire(path.join(DIST_FOLDER, 'parts.js'));

/** Loads a part when it is first needed; from then on it is at hand. */
export function loadPart<Name extends keyof Parts>(name: Name): Parts[Name] {
  return load(`./${name}.js`) as Parts[Name];
}
