import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Moves to another address every second, so that what is shown of it keeps changing. */
const service = `export function create({ endpoints }) {
  let timer;
  return {
    start() {
      let port = 20_000 + Math.floor(Math.random() * 10_000);
      const move = () => endpoints.register('http', 'url', 'http://127.0.0.1:' + (port += 1));
      move();
      timer = setInterval(move, 1_000);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
`;

/** Makes a folder with a workers file of so many workers, "w-0" and so on, that share a loop; the first of them are enabled. */
export async function manyWorkers(folder: string, count: number, enabled: number): Promise<string> {
  await mkdir(folder);
  await writeFile(path.join(folder, 'service.mjs'), service);
  const worker = (_: unknown, at: number) =>
    `  - id: w-${at}\n    type: module\n    enabled: ${at < enabled}\n    module: { module_path: service.mjs, entry_point: create }\n`;
  const file = path.join(folder, 'workers.yaml');
  await writeFile(file, `workers:\n${Array.from({ length: count }, worker).join('')}`);
  return file;
}
