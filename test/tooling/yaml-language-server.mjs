import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npmScript } from './npm.mjs';

const version = '2.0.0';

/**
 * Where yaml-language-server stands, with the Node it needs beside it; installed from npm below `.cache/` when it is
 * asked for first.
 * @param {string} root of this repository
 * @returns {{ readonly script: string, readonly node: string }}
 */
export function yamlLanguageServer(root) {
  const folder = path.join(root, '.cache', 'yaml-language-server');
  const script = path.join(folder, 'node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');
  if (!existsSync(script)) {
    const making = `${folder}.${process.pid}`;
    mkdirSync(making, { recursive: true });
    writeFileSync(path.join(making, 'package.json'), '{ "private": true }\n');
    const packages = [`yaml-language-server@${version}`, 'node@22'];
    execFileSync(process.execPath, [npmScript(), 'install', '--no-audit', '--no-fund', ...packages], {
      cwd: making,
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(making, folder);
  }
  const ownNode = path.join(folder, 'node_modules', 'node', 'bin', 'node');
  return { script, node: Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : ownNode };
}
