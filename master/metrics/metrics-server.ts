import { createServer, type Server } from 'node:http';
import { loadPart } from '../load-part.ts';
import type { WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';

/** Serves the metrics on 127.0.0.1 while a port is configured. */
export class MetricsServer {
  readonly #read: () => Promise<readonly WorkerSnapshot[]>;
  #server: Server | undefined;
  #port: number | undefined;

  /** `read` is called at each request, and only then. */
  constructor(read: () => Promise<readonly WorkerSnapshot[]>) {
    this.#read = read;
  }

  /** Listens there from now on; nowhere without a port. Rejects when the port cannot be had. */
  async listen(port: number | undefined): Promise<void> {
    if (port === this.#port) return;
    await this.#close();
    if (port === undefined) return;
    const { metricsContentType, workerMetrics } = loadPart('worker-metrics');
    const server = createServer((request, response) => {
      const known = request.method === 'GET' && request.url === '/metrics';
      if (!known) {
        response.writeHead(404, { 'content-type': 'text/plain' }).end('There is GET /metrics.\n');
        return;
      }
      this.#read()
        .then(workerMetrics)
        .then(
          (text) => response.writeHead(200, { 'content-type': metricsContentType }).end(text),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => {
        const why = 'code' in error && error.code === 'EADDRINUSE' ? 'another program listens there' : error.message;
        reject(new Error(`master.metrics_port ${port} cannot be had: ${why}. Choose another port.`));
      });
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = port;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#port = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
