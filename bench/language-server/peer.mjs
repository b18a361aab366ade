import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npmScript } from '../../test/tooling/npm.mjs';

const version = '2.0.0';
const folder = path.resolve(import.meta.dirname, '../../.cache/yaml-language-server');

/** The command of yaml-language-server, which is installed when it is asked for first, with the Node it needs. */
export function peerCommand() {
  const script = path.join(folder, 'node_modules/yaml-language-server/bin/yaml-language-server');
  const npm = (...args) => execFileSync(process.execPath, [npmScript(), ...args], { cwd: folder, encoding: 'utf8' });
  if (!existsSync(script)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    npm('install', '--no-audit', '--no-fund', `yaml-language-server@${version}`, 'node@22');
  }
  const ownNode = path.join(folder, 'node_modules/node/bin/node');
  return [Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : ownNode, script, '--stdio'];
}
