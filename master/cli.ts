#!/usr/bin/env node
import { runCommandLine } from './main.ts';

void runCommandLine(process.argv.slice(2), process).then((code) => {
  process.exitCode = code;
});
