import type { Problem } from './problem.ts';

interface Finding {
  readonly severity: Problem['severity'];
  /** The heading of its page under docs/findings. */
  readonly title: string;
}

const error = (title: string): Finding => ({ severity: 'error', title });
const warning = (title: string): Finding => ({ severity: 'warning', title });
const information = (title: string): Finding => ({ severity: 'information', title });

/** Every finding there is. Codes are stable: a code is never given to something else. */
export const findings = {
  HSU001: error('Not valid YAML'),
  HSU002: error('Not a mapping'),
  HSU003: information('More than one document'),
  HSU004: error('A key written twice'),
  HSU101: warning('Unknown key'),
  HSU102: error('A key is missing'),
  HSU103: error('Wrong kind of value'),
  HSU104: error('Not one of the values allowed'),
  HSU105: error('Value out of range'),
  HSU106: error('Both spellings of one key'),
  HSU107: information('A key without effect'),
  HSU108: information('An old spelling'),
  HSU201: error('Two workers with one id'),
  HSU202: error('Not a valid id'),
  HSU203: error('Unknown worker in depends_on'),
  HSU204: error('Workers that depend on each other in a circle'),
  HSU301: error('Unknown package'),
  HSU302: error('No such version of the package'),
  HSU303: error('Type not supported by the package'),
  HSU304: error('Not a package reference'),
  HSU401: error('Nothing to run'),
  HSU402: error('Executable not found'),
  HSU403: error('Not executable'),
  HSU404: error('Module file not found'),
  HSU405: error('Entry point not exported'),
  HSU406: error('Limits on a module'),
  HSU407: error('Configuration refused by the package'),
  HSU408: error('The unit for the type is missing'),
  HSU409: error('Folder or file not found'),
  HSU410: warning('Permissions that are not enforced'),
  HSU501: error('Not a duration'),
  HSU502: error('Not a size'),
  HSU503: error('Health check takes longer than its interval'),
  HSU504: error('Environment variable not set'),
  HSU505: information('A secret in clear text'),
  HSU506: warning('Two workers on one port'),
  HSU507: error('Not a schedule'),
  HSU508: error('Not a regular expression'),
  HSU509: error('Nothing shows that it is ready'),
  HSU510: warning('A log target that nothing is written to'),
  HSU511: warning('A stop by a signal that is not allowed'),
  HSU601: error('Version is not semantic'),
  HSU602: error('Path leads out of the package'),
  HSU603: error('Not a version range'),
  HSU604: error('Supported type is not described'),
} as const satisfies Readonly<Record<string, Finding>>;

export type FindingCode = keyof typeof findings;
