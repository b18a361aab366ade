/** Whole workers to begin with, as lines without the dash; `$1` and so on are what is written first, with its default. */
export interface WorkerSnippet {
  readonly label: string;
  readonly documentation: string;
  readonly lines: readonly string[];
}

export const workerSnippets: readonly WorkerSnippet[] = [
  {
    label: 'process worker',
    documentation: 'A worker in a process of its own.',
    lines: ['id: ${1:name}', 'type: process', 'execution:', '  executable_path: ${2:./server.js}'],
  },
  {
    label: 'module worker',
    documentation: "A worker inside the master's process.",
    lines: [
      'id: ${1:name}',
      'type: module',
      'module:',
      '  module_path: ${2:./module.js}',
      '  entry_point: ${3:create}',
    ],
  },
  {
    label: 'package worker',
    documentation: 'A worker that runs an installed package.',
    lines: ['id: ${1:name}', 'type: ${2:process}', 'package: ${3:package}'],
  },
];

/** The text of a snippet whose keys stand in this column. */
export function snippetText({ lines }: WorkerSnippet, column: number, eol: string, places: boolean): string {
  const written = places ? lines : lines.map((line) => line.replaceAll(/\$\{\d+:([^}]*)\}/g, '$1'));
  return written.join(eol + ' '.repeat(column));
}
