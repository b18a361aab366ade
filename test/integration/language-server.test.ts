import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { DocumentDiagnosticReport, InitializeResult } from 'vscode-languageserver';

const program = path.join(DIST_FOLDER, 'server.js');

describe('hsu-language-server --stdio', () => {
  it('answers an editor over stdin and stdout, and ends with it', async () => {
    const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    try {
      const { serverInfo } = await connection.sendRequest<InitializeResult>('initialize', {
        ...{ processId: process.pid, rootUri: null },
        capabilities: { textDocument: { diagnostic: {}, publishDiagnostics: { codeDescriptionSupport: true } } },
      });
      assert.equal(serverInfo?.name, 'hsu-language-server');
      await connection.sendNotification('initialized', {});
      const uri = 'untitled:workers.yaml';
      const text = 'workers:\n  - id: a\n    type: proces\n';
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'hsu-workers', version: 1, text },
      });
      const report = await connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
        textDocument: { uri },
      });
      assert.ok(report.kind === 'full');
      assert.deepEqual(
        report.items.map(({ code, range: { start } }) => [code, start.line, start.character]),
        [['HSU104', 2, 10]],
      );
      const page = await readFile(new URL(report.items[0]?.codeDescription?.href ?? ''), 'utf8');
      assert.match(page, /^# HSU104: /);
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      assert.deepEqual(await ended, [0, null]);
    } finally {
      connection.dispose();
      child.kill('SIGKILL');
    }
  });
});
