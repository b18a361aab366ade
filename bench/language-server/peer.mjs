import path from 'node:path';
import { yamlLanguageServer } from '../../test/tooling/yaml-language-server.mjs';

/** The command of yaml-language-server, which is installed when it is asked for first, with the Node it needs. */
export function peerCommand() {
  const { node, script } = yamlLanguageServer(path.resolve(import.meta.dirname, '../..'));
  return [node, script, '--stdio'];
}
