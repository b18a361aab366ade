import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

/**
 * @typedef {object} Side
 * @property {string} name
 * @property {readonly string[]} command
 * @property {boolean} pulls whether it is asked for findings; else it publishes them
 */

const schema = pathToFileURL(path.resolve(import.meta.dirname, '../../schemas/workers.schema.json')).href;
const settings = {
  yaml: {
    schemas: { [schema]: '*.yaml' },
    validate: true,
    completion: true,
    hover: true,
    schemaStore: { enable: false },
    maxItemsComputed: 5000,
  },
};

/** A server that did not do in time what was waited for. */
export class OutOfPatience extends Error {}

/** A language server as a process of its own, with one document, spoken to as an editor does. */
export class MeasuredServer {
  #child;
  #connection;
  #side;
  #uri;
  #version = 0;
  #published;
  #waiting = new Set();
  #answers;
  #ended;
  #patienceMs;

  /**
   * `watched` preloads what tells of the process's state; without it nothing is added to its start. Whatever takes
   * longer than the patience is given up with `OutOfPatience`.
   */
  constructor(/** @type {Side} */ side, file, { watched = false, patienceMs = 60_000 } = {}) {
    this.#patienceMs = patienceMs;
    const [command, ...args] = side.command;
    const preload = watched ? ['--require', path.join(import.meta.dirname, 'watch-process.cjs')] : [];
    this.#side = side;
    this.#uri = pathToFileURL(file).href;
    this.#child = spawn(command, [...preload, ...args], { stdio: ['pipe', 'pipe', 'ignore', 'pipe'] });
    this.#ended = once(this.#child, 'exit');
    this.#answers = createInterface({ input: this.#child.stdio[3] });
    this.#connection = createMessageConnection(
      new StreamMessageReader(this.#child.stdout),
      new StreamMessageWriter(this.#child.stdin),
    );
    this.#connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => {
      if (uri !== this.#uri) return;
      this.#published = diagnostics;
      for (const wake of this.#waiting) wake();
    });
    this.#connection.onRequest('workspace/configuration', ({ items }) =>
      items.map(({ section }) => settings[section] ?? null),
    );
    for (const method of ['client/registerCapability', 'window/workDoneProgress/create']) {
      this.#connection.onRequest(method, () => null);
    }
    for (const what of ['diagnostic', 'codeLens', 'inlayHint', 'semanticTokens']) {
      this.#connection.onRequest(`workspace/${what}/refresh`, () => null);
    }
    this.#connection.listen();
  }

  async open(text) {
    await this.#send('initialize', {
      processId: process.pid,
      rootUri: path.dirname(this.#uri),
      capabilities: {
        textDocument: {
          ...(this.#side.pulls ? { diagnostic: {} } : {}),
          publishDiagnostics: { versionSupport: true },
          completion: { completionItem: { snippetSupport: true } },
          foldingRange: { lineFoldingOnly: true },
          documentSymbol: { hierarchicalDocumentSymbolSupport: true },
        },
        workspace: {
          configuration: true,
          // Without it yaml-language-server 2 gives up its start half way, and never asks for its settings.
          workspaceFolders: true,
          didChangeConfiguration: {},
          didChangeWatchedFiles: { dynamicRegistration: true },
        },
      },
      workspaceFolders: [{ uri: path.dirname(this.#uri), name: 'bench' }],
    });
    void this.#connection.sendNotification('initialized', {});
    if (!this.#side.pulls) void this.#connection.sendNotification('workspace/didChangeConfiguration', { settings });
    void this.#connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.#uri, languageId: 'yaml', version: ++this.#version, text },
    });
  }

  /** Replaces what stands between two characters of one line, or from a place on. */
  change(line, from, to, text, endLine = line) {
    this.#published = undefined;
    void this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.#uri, version: ++this.#version },
      contentChanges: [{ range: { start: { line, character: from }, end: { line: endLine, character: to } }, text }],
    });
  }

  /** Resolves once the findings say what `right` wants; `what` names it. */
  async findings(right, what) {
    const wanted = `report ${what}`;
    if (this.#side.pulls) {
      const began = performance.now();
      for (;;) {
        const { items } = await this.ask('diagnostic');
        if (right(items)) return;
        if (performance.now() - began > this.#patienceMs) throw this.#outOfPatience(wanted);
      }
    }
    if (this.#published && right(this.#published)) return;
    let wake = () => {};
    const reported = new Promise((resolve) => {
      wake = () => {
        if (this.#published && right(this.#published)) resolve();
      };
      this.#waiting.add(wake);
    });
    await this.#within(reported, wanted).finally(() => this.#waiting.delete(wake));
  }

  ask(method, position, more = {}) {
    return this.#send(`textDocument/${method}`, {
      textDocument: { uri: this.#uri },
      ...(position ? { position } : {}),
      ...more,
    });
  }

  /** What the process says of itself since it was asked last. */
  async state() {
    this.#child.stdio[3].write('\n');
    const [line] = await this.#within(once(this.#answers, 'line'), 'tell its state');
    return JSON.parse(line);
  }

  #send(method, params) {
    return this.#within(this.#connection.sendRequest(method, params), `answer ${method}`);
  }

  /** What is waited for, or the sentence that it did not come. */
  async #within(awaited, what) {
    const giveUp = new AbortController();
    const late = setTimeout(this.#patienceMs, undefined, { signal: giveUp.signal }).then(() => {
      throw this.#outOfPatience(what);
    });
    try {
      return await Promise.race([awaited, late]);
    } finally {
      late.catch(() => {});
      giveUp.abort();
    }
  }

  #outOfPatience(what) {
    return new OutOfPatience(`${this.#side.name} did not ${what} within ${this.#patienceMs / 1000} s.`);
  }

  async end() {
    this.#connection.dispose();
    this.#answers.close();
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
