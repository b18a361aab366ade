import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Module, ModuleContext } from 'hsu-workers/module';
import { aggregate, InputError, type InputFormat } from './aggregate.ts';

export interface DataProcessorConfig {
  /** 8080 unless told otherwise; 0 takes a free one. */
  readonly port?: number | string;
  /** How long a request may take: "30s", "500ms", "2m". */
  readonly timeout?: string;
}

/**
 * The service, implemented once: inside the master it is this factory's module, as a process `bin/data-processor`
 * calls it itself.
 */
export function CreateDataProcessor(): Module<DataProcessorConfig> {
  let config: DataProcessorConfig = {};
  let context: ModuleContext<DataProcessorConfig> | undefined;
  const server = createServer((request, response) => {
    void answer(request, response);
  });

  return {
    metadata: {
      name: 'data-processor',
      version: '1.2.3',
      description: 'Aggregates the CSV or JSON lines posted to it',
    },

    initialize(given, master) {
      config = given;
      context = master;
      server.requestTimeout = milliseconds(config.timeout ?? '30s');
    },

    async start() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(portOf(config), '127.0.0.1', resolve);
      });
      const { port } = server.address() as AddressInfo;
      context?.endpoints.register('http', 'url', `http://127.0.0.1:${port}`);
      console.log(`data-processor listens on http://127.0.0.1:${port}`);
    },

    async stop() {
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      });
      console.log('data-processor has stopped');
    },

    isHealthy: () => server.listening,
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  try {
    if (pathname === '/health') {
      if (!allows(request, response, 'GET')) return;
      send(response, 200, { status: 'ok' });
    } else if (pathname === '/aggregate') {
      if (!allows(request, response, 'POST')) return;
      request.setEncoding('utf8');
      send(response, 200, await aggregate(request as AsyncIterable<string>, formatOf(request)));
    } else {
      send(response, 404, { error: `There is no ${pathname}: GET /health or POST /aggregate.` });
    }
  } catch (error) {
    const bad = error instanceof InputError;
    if (!bad) console.error(error);
    send(response, bad ? 400 : 500, { error: error instanceof Error ? error.message : String(error) });
  }
}

function allows(request: IncomingMessage, response: ServerResponse, method: 'GET' | 'POST'): boolean {
  if (request.method === method || (method === 'GET' && request.method === 'HEAD')) return true;
  response.setHeader('allow', method);
  send(response, 405, { error: `${request.url ?? ''} takes ${method}, not ${request.method ?? 'nothing'}.` });
  return false;
}

/** What is not said is seen at the first character. */
function formatOf(request: IncomingMessage): InputFormat {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('text/csv')) return 'csv';
  return type.includes('json') ? 'json-lines' : 'by-content';
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** A port that the master hands out wins: it knows which are taken. */
function portOf(config: DataProcessorConfig): number {
  const port = process.env['HSU_PORT'] ?? config.port ?? 8080;
  const number = Number(port);
  if (Number.isInteger(number) && number >= 0 && number <= 65535) return number;
  throw new Error(`port is "${port}", expected a number from 0 to 65535`);
}

function milliseconds(duration: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration) ?? [];
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const factor = factors[unit ?? ''];
  if (factor === undefined) throw new Error(`timeout is "${duration}", expected a duration such as "30s"`);
  return Number(amount) * factor;
}
