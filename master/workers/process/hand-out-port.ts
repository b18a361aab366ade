import { createServer } from 'node:net';
import { randomPort } from './random-port.ts';

/** So many ports may be another's before any is taken. */
const mostTries = 20;

/**
 * A port of the loopback that is free now; `wanted` where that one still is, so that addresses last over restarts. Between
 * now and its use the system gives it to nobody who asks for any.
 */
export async function handOutPort(wanted = randomPort()): Promise<number> {
  for (let port = wanted, left = mostTries; left > 0; port = randomPort(), left -= 1) {
    const free = await tryPort(port);
    if (free !== undefined) return free;
  }
  return (await tryPort(0)) ?? 0;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' ? address?.port : undefined);
      });
    });
  });
}

/** Where a worker's arguments and environment want the port: `{port}` is replaced, else `--port N` is added. */
export function argumentsWithPort(args: readonly string[], port: number): readonly string[] {
  if (args.some((argument) => argument.includes(placeholder))) {
    return args.map((argument) => argument.replaceAll(placeholder, String(port)));
  }
  return args.some((argument) => argument === '--port' || argument.startsWith('--port='))
    ? args
    : [...args, '--port', String(port)];
}

/** A worker that writes `{port}` asks for one without being integrated. */
export function asksForPort(args: readonly string[]): boolean {
  return args.some((argument) => argument.includes(placeholder));
}

const placeholder = '{port}';
