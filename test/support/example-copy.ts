import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Copies examples/data-processor into a folder; its workers take free ports there, so that many copies run at once. */
export function copyExample(parent: string): string {
  const copy = path.join(parent, 'data-processor');
  cpSync(path.join(ROOT_FOLDER, 'examples', 'data-processor'), copy, { recursive: true });
  takeFreePorts(copy);
  return copy;
}

/** Lets the workers of an example's folder take free ports instead of those its files name. */
export function takeFreePorts(example: string): void {
  for (const name of ['workers.yaml', 'config.yaml', 'src/data-processor.ts', 'lib/data-processor.js']) {
    const file = path.join(example, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/\bport(: | = )\d+/g, 'port$10'));
  }
}
