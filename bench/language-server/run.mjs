// Our language server beside yaml-language-server with our schema, over stdio: `node bench/language-server/run.mjs [--peer FILE] [--sizes 10,1000,20000]`.
// FILE is yaml-language-server's bin/yaml-language-server; without it only ours is measured. Medians; each side in a process of its own.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { makeWorkers } from './make-workers.mjs';

const { values: options } = parseArgs({
  options: {
    peer: { type: 'string' },
    'peer-node': { type: 'string', default: process.execPath },
    sizes: { type: 'string', default: '10,1000,20000' },
    rounds: { type: 'string', default: '9' },
  },
});
const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'hsu-bench-'));
writeFileSync(path.join(folder, 'run.sh'), '#!/bin/sh\n');
chmodSync(path.join(folder, 'run.sh'), 0o755);
writeFileSync(path.join(folder, 'module.js'), 'exports.make = () => ({});\n');
const sides = [{ name: 'ours', command: [process.execPath, path.join(root, 'dist/server.js'), '--stdio'] }];
if (options.peer) {
  sides.push({ name: 'yaml-language-server', command: [options['peer-node'], path.resolve(options.peer), '--stdio'] });
}
const rows = [];
try {
  for (const size of options.sizes.split(',').map(Number)) {
    for (const side of sides) rows.push({ side: side.name, workers: size, ...(await measure(side, size)) });
  }
  console.table(rows);
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(side, size) {
  const text = makeWorkers(size);
  const uri = pathToFileURL(path.join(folder, `workers.${size}.yaml`)).href;
  const cold = [];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    const client = await connect(side, uri, text);
    await client.findings(1);
    cold.push(performance.now() - start);
    if (round === 2) return { 'cold ms': median(cold), ...(await edits(client, uri, text)) };
    client.end();
  }
}

async function edits(client, uri, text) {
  const lines = text.split('\n');
  const middle = lines.findIndex((line, index) => index > lines.length / 2 && line.includes('health_check:'));
  let version = 1;
  const times = { edit: [], key: [], value: [], hover: [] };
  const change = (line, from, to, newText) =>
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: ++version },
      contentChanges: [{ range: { start: { line, character: from }, end: { line, character: to } }, text: newText }],
    });
  for (let round = 0; round < Number(options.rounds); round++) {
    times.edit.push(
      await timed(async () => (change(middle + 2, 17, 18, round % 2 ? '3' : '4'), client.findings(version))),
    );
    times.key.push(
      await timed(async () => {
        change(middle, 0, 0, '    \n');
        await client.request('textDocument/completion', {
          textDocument: { uri },
          position: { line: middle, character: 4 },
        });
      }),
    );
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: ++version },
      contentChanges: [
        { range: { start: { line: middle, character: 0 }, end: { line: middle + 1, character: 0 } }, text: '' },
      ],
    });
    times.value.push(
      await timed(async () => {
        change(middle, 0, 0, '    enabled: \n');
        await client.request('textDocument/completion', {
          textDocument: { uri },
          position: { line: middle, character: 13 },
        });
      }),
    );
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: ++version },
      contentChanges: [
        { range: { start: { line: middle, character: 0 }, end: { line: middle + 1, character: 0 } }, text: '' },
      ],
    });
    await client.findings(version);
    times.hover.push(
      await timed(() =>
        client.request('textDocument/hover', { textDocument: { uri }, position: { line: middle, character: 8 } }),
      ),
    );
  }
  const memory = client.memory();
  client.end();
  return {
    'edit → findings ms': median(times.edit),
    'key completion ms': median(times.key),
    'value completion ms': median(times.value),
    'hover ms': median(times.hover),
    'RSS MB': memory,
  };
}

/** A server with the document open; findings are awaited by version, pulled where the server can be asked. */
async function connect(side, uri, text) {
  const [command, ...args] = side.command;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = new Map();
  let waiting;
  connection.onNotification('textDocument/publishDiagnostics', ({ version, diagnostics }) => {
    if (diagnostics.length === 0) return;
    published.set('last', { version, at: performance.now() });
    waiting?.();
  });
  const settings = {
    yaml: {
      schemas: { [pathToFileURL(path.join(root, 'schemas/workers.schema.json')).href]: '*.yaml' },
      validate: true,
      completion: true,
      hover: true,
      schemaStore: { enable: false },
      maxItemsComputed: 5000,
    },
  };
  connection.onRequest('workspace/configuration', ({ items }) => items.map(({ section }) => settings[section] ?? null));
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('window/workDoneProgress/create', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.listen();
  // The peer sends no versions: the first findings after an edit count, which may be those of the edit before, in its favour.
  const pulls = side.name === 'ours';
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {
      textDocument: {
        ...(pulls ? { diagnostic: {} } : {}),
        publishDiagnostics: { versionSupport: true },
        completion: { completionItem: {} },
      },
      workspace: { configuration: true, didChangeConfiguration: {} },
    },
    workspaceFolders: null,
  });
  await connection.sendNotification('initialized', {});
  if (!pulls) await connection.sendNotification('workspace/didChangeConfiguration', { settings });
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text },
  });
  return {
    notify: (method, params) => void connection.sendNotification(method, params),
    request: (method, params) => connection.sendRequest(method, params),
    async findings() {
      if (pulls) {
        const { items } = await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
        if (items.length === 0) throw new Error('no findings');
        return;
      }
      const asked = performance.now();
      if ((published.get('last')?.at ?? 0) > asked) return;
      await new Promise((resolve) => (waiting = resolve));
      waiting = undefined;
    },
    memory: () =>
      Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024),
    end: () => (connection.dispose(), child.kill('SIGKILL')),
  };
}

async function timed(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function median(times) {
  return Number([...times].sort((a, b) => a - b)[times.length >> 1].toFixed(1));
}
