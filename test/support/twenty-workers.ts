import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Ids of the workers: "w-01" to "w-20". */
export const twentyIds = Array.from({ length: 20 }, (_, at) => `w-${String(at + 1).padStart(2, '0')}`);

const service = `export function create({ endpoints }) {
  let timer;
  return {
    async start() {
      let port = 20_000 + Math.floor(Math.random() * 10_000);
      const move = () => endpoints.register('http', 'url', 'http://127.0.0.1:' + (port += 1));
      move();
      timer = setInterval(move, 1_000);
    },
    async stop() {
      clearInterval(timer);
    },
  };
}
`;

/** Makes a folder with twenty workers that move to another address every second, so that what is shown keeps changing. */
export function twentyWorkers(): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'hsu-twenty-')), 'twenty');
  mkdirSync(folder);
  const items = twentyIds.map(
    (id) => `  - id: ${id}
    type: module
    module: { module_path: service.mjs, entry_point: create }
`,
  );
  // A worker that was taken out is no worker.
  const ghost = '  # - id: ghost\n  #   type: module\n';
  items.splice(3, 0, ghost);
  writeFileSync(path.join(folder, 'workers.yaml'), `workers:\n${items.join('\n')}`);
  writeFileSync(path.join(folder, 'service.mjs'), service);
  return folder;
}
