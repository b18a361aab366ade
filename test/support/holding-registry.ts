import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** A registry that sends the beginning of an archive and keeps the rest, as a slow line does. */
export interface HoldingRegistry {
  readonly url: string;
  /** Resolves once whoever asks for the next archive has gone away without it. */
  abandoned(): Promise<void>;
  /** From now on archives are sent as they are, once they are let through. */
  delay(): void;
  /** From now on archives arrive, those too that are waited for. */
  letThrough(): void;
  stop(): Promise<void>;
}

/** Stands before a registry, which it passes everything else on to. */
export async function holdArchives(registry: string): Promise<HoldingRegistry> {
  let way: 'begin' | 'delay' | 'pass' = 'begin';
  const delayed = new Set<() => void>();
  const leaving = new Set<() => void>();
  const hold = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': 1_000_000 });
    response.write(Buffer.alloc(250_000));
    response.once('close', () => {
      for (const resolve of leaving) resolve();
      leaving.clear();
    });
  };
  const pass = (asked: IncomingMessage, response: ServerResponse) => {
    // The registry names its archives by the host that it was asked as.
    const options = { method: asked.method, headers: asked.headers };
    const passed = request(new URL(asked.url ?? '/', registry), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response).catch(() => response.destroy());
    });
    pipeline(asked, passed).catch(() => response.destroy());
  };
  const server = createServer((asked, response) => {
    if (way === 'pass' || !asked.url?.endsWith('.tgz')) pass(asked, response);
    else if (way === 'begin') hold(response);
    else delayed.add(() => pass(asked, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    abandoned: () => new Promise((resolve) => leaving.add(resolve)),
    delay: () => {
      way = 'delay';
    },
    letThrough: () => {
      way = 'pass';
      for (const send of delayed) send();
      delayed.clear();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
