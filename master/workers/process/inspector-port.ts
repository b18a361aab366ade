import process from 'node:process';
import { ownOption } from './environment.ts';
import { randomPort } from './random-port.ts';

/** Where Node opens an inspector that a signal asks for, if nothing else is said. */
export const usualInspectorPort = 9229;

const ownWords = /(^|\s)--(inspect|debug-port)/;

/** What a program is started with, so far as it says where its inspector is. */
export interface Started {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The same, with a port of its own for the inspector that a signal opens: the usual one may be another's. Not 0, which would
 * be any: the children of a Node cluster count up from it, and refuse to start at port 1. A program that says itself where
 * its inspector is has it there. An argument where Node is run by us, for an Electron that is Node may ignore the variable.
 */
export function withInspectorPort(started: Started): Started {
  const { file, args, environment } = started;
  const { NODE_OPTIONS: options = '' } = environment;
  if (process.platform === 'win32' || ownWords.test([options, ...args].join(' '))) return started;
  const option = `--inspect-port=${randomPort()}`;
  if (file === process.execPath) return { ...started, args: [option, ...args] };
  const added = { NODE_OPTIONS: [option, options].filter(Boolean).join(' '), [ownOption]: option };
  return { ...started, environment: { ...environment, ...added } };
}
