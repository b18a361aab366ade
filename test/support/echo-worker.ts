import path from 'node:path';
import { moduleFixtures } from './module-run.ts';

/** A neighbour in the shared host, as an item of a workers file: once lost it comes back only with its host. */
export const echoWorker = `  - id: echo
    type: module
    restart: never
    module:
      module_path: ${path.join(moduleFixtures, 'echoes-http.mjs')}
      entry_point: createEcho
`;
