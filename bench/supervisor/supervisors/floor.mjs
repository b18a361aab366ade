// Spawns what it is sent, spawns again at once what ended, and ends all by SIGTERM to their groups. Keeps nothing but
// so many megabytes.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';

const [folder, megabytes = '0'] = process.argv.slice(2);
globalThis.kept = Buffer.alloc(Number(megabytes) * 1024 * 1024, 1);
const children = new Map();
let isStopping = false;

function run(worker) {
  const [program, ...args] = worker.command;
  const output = openSync(path.join(folder, `${worker.id}.out`), 'a');
  const child = spawn(program, args, { stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  children.set(worker.id, child);
  child.once('exit', () => {
    children.delete(worker.id);
    if (!isStopping) run(worker);
    else if (children.size === 0) process.send('stopped');
  });
}

process.on('message', ({ start, stop }) => {
  if (start) {
    start.forEach(run);
    process.send('started');
  }
  if (!stop) return;
  isStopping = true;
  for (const { pid } of children.values()) process.kill(-pid, 'SIGTERM');
});
process.send('ready');
