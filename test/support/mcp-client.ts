import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Project } from './hsu.ts';

export interface McpAnswer {
  readonly id: number | string | null;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What came back from one tool. */
export interface ToolOutput {
  readonly text: string;
  readonly isError: boolean;
}

/** A client of the real `hsu mcp` over its stdin and stdout. Keeps the outputs of all calls. */
export class McpClient {
  readonly outputs: ToolOutput[] = [];
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #next = 1;

  constructor(project: Project) {
    const child = spawn(process.execPath, [path.join(DIST_FOLDER, 'cli.js'), 'mcp'], {
      cwd: project.folder,
      env: project.environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  send(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  sendText(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** The next message of the server. */
  async receive(): Promise<McpAnswer> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('hsu mcp ended.');
    return JSON.parse(line.value) as McpAnswer;
  }

  async request(method: string, params: object = {}): Promise<McpAnswer> {
    this.send({ jsonrpc: '2.0', id: this.#next++, method, params });
    return this.receive();
  }

  async initialize(protocolVersion = '2025-06-18'): Promise<McpAnswer> {
    const answer = await this.request('initialize', {
      protocolVersion,
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    });
    this.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return answer;
  }

  async call(name: string, input: object = {}): Promise<ToolOutput> {
    const { result, error } = await this.request('tools/call', { name, arguments: input });
    if (!result) throw new Error(error?.message ?? 'no result');
    const [content] = result['content'] as { text: string }[];
    const output = { text: content?.text ?? '', isError: result['isError'] === true };
    this.outputs.push(output);
    return output;
  }

  /** The answer of a call that succeeds. */
  async tool<T = Record<string, unknown>>(name: string, input: object = {}): Promise<T> {
    const { text, isError } = await this.call(name, input);
    if (isError) throw new Error(text);
    return JSON.parse(text) as T;
  }

  /** Ends its stdin, as clients do; resolves with the exit code. */
  async close(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.stdin?.end();
      await exited;
    }
    return this.#child.exitCode;
  }
}
