import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Ids of the workers: "w-01" to "w-20". */
export const twentyIds = Array.from({ length: 20 }, (_, at) => `w-${String(at + 1).padStart(2, '0')}`);

const service = `import { createServer } from 'node:http';
export function create({ endpoints }) {
  const phase = Math.random();
  const server = createServer((request, response) => {
    response.statusCode = Math.floor(Date.now() / 1000 + phase) % 2 === 0 ? 200 : 500;
    response.end();
  });
  return {
    async start() {
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      endpoints.register('http', 'url', 'http://127.0.0.1:' + server.address().port);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
`;

/** Makes a folder with twenty workers whose health changes every second, so that all that is shown keeps changing. */
export function twentyWorkers(): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'hsu-twenty-')), 'twenty');
  mkdirSync(folder);
  const items = twentyIds.map(
    (id) => `  - id: ${id}
    type: module
    health_check: { endpoint: /health, interval: 300ms, failure_threshold: 1000 }
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
