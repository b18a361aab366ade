import type { TextEdit } from '../../master/config/problem.ts';

/** Numbers from 0 to 1 that are the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What people type, delete and paste, and what breaks things. */
const snippets = [
  ' ',
  '  ',
  '\n',
  '\r\n',
  ':',
  ': ',
  '-',
  '- ',
  '"',
  "'",
  '#',
  ' # x',
  '[',
  ']',
  '{',
  '}',
  ',',
  '|',
  '>',
  '&a ',
  '*a',
  '!t ',
  '\t',
  '<<: *a',
  'x',
  '0',
  'id: q',
  '  - id: new\n    type: process\n',
  'workers:',
  '---\n',
  '...\n',
  'enabled: false',
  '\n\n',
  'é',
  '😀',
  '\u00a0',
  '?',
  '%',
  '@',
  '`',
  '~',
  'depends_on: [a]',
  'port: 8080',
  '\\',
  'null',
  '1.5e3',
  '\uFEFF',
  '=',
  'log_collection:\n  enabled: true\n',
];

/** One change of a text: an insertion, a deletion, a replacement, or a line moved. */
export function randomEdit(text: string, random: () => number): TextEdit {
  const at = Math.floor(random() * (text.length + 1));
  const kind = random();
  const snippet = snippets[Math.floor(random() * snippets.length)] ?? '';
  if (kind < 0.5) return { start: at, end: at, newText: snippet };
  const end = Math.min(text.length, at + Math.floor(random() ** 3 * 40) + 1);
  if (kind < 0.75) return { start: at, end, newText: '' };
  if (kind < 0.9) return { start: at, end, newText: snippet };
  const from = Math.floor(random() * text.length);
  return { start: at, end: at, newText: text.slice(from, from + Math.floor(random() * 120)) };
}

export const sampleWorkers: readonly string[] = [
  `# sample
master:
  port: 50055
workers:
  - id: "one"
    type: "process"
    package: "tools:1.2.3"
    execution:
      executable_path: "/opt/one" # c
      args: ["--config", "one.yaml", "--port", "8001"]
      environment:
        LOG_LEVEL: info
        EMPTY:
    health_check:
      endpoint: /health
      interval: 10s
  # in between
  - id: two
    type: module
    module:
      module_path: lib/two.js
      entry_point: make
      config: { port: 8002, list: [1, 2.5, x y] }
    depends_on:
    - one

  - id: three
    type: process
    depends_on: [one, two]
    port: 8001
log_collection:
  enabled: true
`,
  `workers:
- id: a
  type: managed
  unit:
    managed:
      control:
        execution:
          executable_path: /bin/sleep
          args:
          - "1"
- id: b
  type: process
  module:
    config:
      text: |
        - not an item
        workers:
      <<: {k: v}
- id: c
  type: module
`,
  `workers:\r\n    - id: x\r\n      type: process\r\n      execution: {executable_path: node}\r\n    - id: y\r\n      type: "module"\r\n`,
  `x-base: &base\n  type: process\n  restart: always\nworkers:\n  - <<: *base\n    id: m\n  - id: n\n    <<: *base\n`,
  'workers: [{id: a, type: process}, {id: b, type: module}]\n',
  'workers:\n  - id: a\n    depends_on: [b]\n  - id: b\n    depends_on: [c, nobody]\n  - id: c\n    depends_on:\n      - a\n',
  '',
];
