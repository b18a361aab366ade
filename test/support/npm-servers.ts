import { execa } from 'execa';
import { cp, mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Real published servers, in versions that stay the same. */
const packages = ['express@5.1.0', 'fastify@5.6.1', 'koa@3.0.3', 'http-server@14.1.1', 'json-server@1.0.0-beta.3'];

/** A folder with the servers installed beside the programs of test/fixtures/programs; kept below .cache/. */
export async function npmServers(): Promise<string> {
  const folder = path.join(ROOT_FOLDER, '.cache/npm-servers');
  await mkdir(folder, { recursive: true });
  const done = path.join(folder, `installed-${packages.join('-').replaceAll(/[^\w.-]/g, '_')}`);
  if (!(await stat(done).catch(() => undefined))) {
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
    await execa('npm', ['install', '--no-audit', '--no-fund', '--no-save', ...packages], { cwd: folder });
    await writeFile(done, '');
  }
  await cp(path.join(ROOT_FOLDER, 'test/fixtures/programs'), folder, { recursive: true });
  return folder;
}
