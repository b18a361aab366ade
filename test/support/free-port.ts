import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to whoever asks for any, and above the last one that `fetch` refuses. */
const [lowest, highest] = [11_000, 19_999] as const;

const given = new Set<number>();

/**
 * A TCP port of 127.0.0.1 that nobody listens on, another one each time. Until it is used the system gives it to nobody:
 * it gives those above to servers that ask for any, and to every connection that goes out.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest + 1);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
