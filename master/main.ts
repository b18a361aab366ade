import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openMaster } from './open-master.ts';

/**
 * The embedded master: `master.js --file F --grace SECONDS`. It lives as long as an owner is connected, and the grace
 * time beyond; tells whoever started it, by a byte on file descriptor 3, that clients may connect.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { file: { type: 'string' }, grace: { type: 'string', default: '30' } } });
  if (values.file === undefined) throw new Error('The master needs --file, the workers file.');
  const opened = await openMaster({ file: values.file, graceMs: Number(values.grace) * 1000 });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void opened.close());
  tellStarter();
  await opened.ready;
  await opened.closed;
}

function tellStarter(): void {
  try {
    writeSync(3, '.');
  } catch {
    // Started by hand: nobody waits.
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
