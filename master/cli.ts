#!/usr/bin/env node
import { runCommandLine } from './main.ts';

let lost = false;
// Nobody reads any more: who has enough of an answer has not been answered wrongly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || lost) return;
  lost = true;
  process.exitCode = 1;
  process.stderr.write(`The output cannot be written: ${error.message}.\n`);
});
process.stderr.on('error', () => undefined);

void runCommandLine(process.argv.slice(2), process).then((code) => {
  process.exitCode = lost ? 1 : code;
});
