import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from '../../master/packages/unpack-tar.ts';
import { npmScript } from '../tooling/npm.mjs';

/** VS Code's own YAML extension, as it is published for other editors: the grammars ours rest on. */
const published = '@codingame/monaco-vscode-yaml-default-extension@36.2.7';

/** VS Code's YAML grammars by scope name; downloaded once, kept below .cache/. */
export async function yamlGrammars(): Promise<ReadonlyMap<string, string>> {
  const folder = path.join(ROOT_FOLDER, '.cache', published.replaceAll(/[^\w.-]/g, '_'));
  const resources = path.join(folder, 'resources');
  if ((await readdir(resources).catch(() => [])).length === 0) await download(folder);
  const grammars = new Map<string, string>();
  for (const name of await readdir(resources)) {
    if (!name.endsWith('.tmLanguage.json')) continue;
    const content = await readFile(path.join(resources, name), 'utf8');
    const scope = /"scopeName":"([^"]+)"/.exec(content)?.[1];
    if (scope !== undefined) grammars.set(scope, content);
  }
  return grammars;
}

async function download(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { stdout } = await promisify(execFile)(process.execPath, [npmScript(), 'pack', '--json', published], {
    cwd: folder,
  });
  const archive = path.join(folder, /"filename": *"([^"]+)"/.exec(stdout)?.[1] ?? '');
  await unpackTar(gunzipSync(await readFile(archive)), folder);
  await rm(archive);
}
