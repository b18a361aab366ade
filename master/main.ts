import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import v8 from 'node:v8';
import { dropMasterEnvironment, threadFlag } from './master-memory.ts';
import { MasterRunsError, openMaster } from './open-master.ts';

/** The command line stands in the same bundle: nearly all it needs is here. */
export { run as runCommandLine } from './cli/dispatch.ts';

/**
 * The embedded master: `master.js --file F --grace SECONDS [--env NAME] [--isolated]`. It lives as long as an owner is
 * connected, and the grace time beyond; tells whoever started it, by a byte on file descriptor 3, that clients may connect.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      grace: { type: 'string', default: '30' },
      env: { type: 'string' },
      isolated: { type: 'boolean', default: false },
    },
  });
  if (values.file === undefined) throw new Error('The master needs --file, the workers file.');
  const opened = await openMaster({
    file: values.file,
    graceMs: Number(values.grace) * 1000,
    isolated: values.isolated,
    ...(values.env === undefined ? {} : { environment: values.env }),
  }).catch((error) => {
    // Two starters at once: the other one's master answers, which is all this one's starter wants.
    if (error instanceof MasterRunsError) return undefined;
    throw error;
  });
  if (!opened) {
    tellStarter();
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void opened.close());
  tellStarter();
  try {
    await opened.ready;
  } catch (error) {
    await opened.close();
    throw error;
  }
  if (await opened.closed) return;
  // Exiting would wait for a thread that never ends.
  console.error('A thread of a module cannot be ended: the master ends itself by force.');
  process.kill(process.pid, 'SIGKILL');
}

function tellStarter(): void {
  try {
    writeSync(3, '.');
  } catch {
    // Started by hand: nobody waits.
  }
}

if (require.main === module) {
  dropMasterEnvironment(process.env);
  v8.setFlagsFromString(threadFlag);
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
}
