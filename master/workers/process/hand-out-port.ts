import { createServer } from 'node:net';

/** A port of the loopback that is free now; `wanted` where that one still is, so that addresses last over restarts. */
export async function handOutPort(wanted?: number): Promise<number> {
  return (wanted === undefined ? undefined : await tryPort(wanted)) ?? (await tryPort(0)) ?? 0;
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
