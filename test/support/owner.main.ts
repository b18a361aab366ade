import { connectToMaster } from '../../master/connect.ts';

// An owner as an editor is one: it connects to the master of a file, starts it where none runs, starts all workers, and
// stays until it is killed. Arguments: the workers file, and the grace time in seconds.
const [file = '', graceSeconds = ''] = process.argv.slice(2);

async function own(): Promise<void> {
  const client = await connectToMaster({
    file,
    name: 'test owner',
    owner: true,
    spawn: { graceSeconds: Number(graceSeconds) },
  });
  await client.start([]);
  const workers = await client.snapshots();
  console.log(JSON.stringify({ master: client.welcome.pid, workers: workers.map(({ pid }) => pid) }));
}

own().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
