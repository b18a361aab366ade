import inspector from 'node:inspector';
import path from 'node:path';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { waitOption } from './wait-option.ts';

/**
 * Loaded before the first line of a Node program that is to be debugged from its start: opens the inspector and waits
 * there. Programs that only start another one, as npm does, leave it to that one.
 */
const starters = /^(npm|npx|pnpm|pnpx|yarn|corepack)(-cli)?(\.[cm]?js)?$/;

if (isMainThread && !starters.test(path.basename(process.argv[1] ?? ''))) {
  // What this program starts is not held.
  const rest = (process.env['NODE_OPTIONS'] ?? '').replace(waitOption(__filename), '').trim();
  if (rest === '') delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = rest;
  inspector.open(0, '127.0.0.1', true);
}
