import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Copies examples/data-processor into a folder; its workers take free ports there, so that many copies run at once. */
export function copyExample(parent: string): string {
  const copy = path.join(parent, 'data-processor');
  cpSync(path.join(ROOT_FOLDER, 'examples', 'data-processor'), copy, { recursive: true });
  takeFreePorts(copy);
  keepTypes(copy);
  return copy;
}

/** Lets the workers of an example's folder take free ports instead of those its files name. */
export function takeFreePorts(example: string): void {
  for (const name of ['workers.yaml', 'config.yaml', 'src/data-processor.ts', 'lib/data-processor.js']) {
    const file = path.join(example, name);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/\bport(: | = )\d+/g, 'port$10'));
  }
}

/** Its sources find their types where they are in this project, so that the editor shows no errors in the copy. */
function keepTypes(copy: string): void {
  const file = path.join(copy, 'tsconfig.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('../../', `${ROOT_FOLDER.replaceAll(path.sep, '/')}/`));
  mkdirSync(path.join(copy, 'node_modules', '@types'), { recursive: true });
  const types = path.join('node_modules', '@types', 'node');
  symlinkSync(path.join(ROOT_FOLDER, types), path.join(copy, types), 'junction');
}
