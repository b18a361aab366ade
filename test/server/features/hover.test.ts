import assert from 'node:assert/strict';
import { hover } from '../../../server/features/hover.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { cursorIn, openManifest, openWorkers } from '../../support/open-document.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

const world = memoryWorld(
  {
    '/work/package.yaml': {
      text: 'name: tools\nversion: 1.2.3\ndescription: Does things\nprocess: {executable_path: bin/tools, args: [--quiet]}\nhealth_check: {endpoint: /health, interval: 10s}\n',
    },
    '/work/bin/tools': { executable: true },
  },
  { HOME: '/home/me', API_TOKEN: 'hunter2' },
);
const worker = (lines: string) => `workers:\n  - id: a\n    type: process\n    package: tools:^1.0.0\n${lines}`;

/** A file with the cursor in it, and what the hover says. */
const cases: readonly (readonly [string, string, RegExp])[] = [
  [
    'description, default and unit',
    worker('    start_timeo|ut: 5s\n'),
    /How long .*Default: `30s`.*Unit: a number with/s,
  ],
  ['what is in force, from the file', worker('    start_timeo|ut: 5s\n'), /In force: `5s`, from this file\./],
  [
    'what is in force, from the package',
    worker('').replace('id: a', 'i|d: a'),
    /\| health_check\.endpoint \| `\/health` \| package tools:1\.2\.3 \|/,
  ],
  [
    'what is in force, from the default',
    worker('    rest|art: {max_retries: 7}\n'),
    /\| max_retries \| `7` \| this file \|\n\| retry_delay \| `5s` \| the default \|/,
  ],
  [
    'a value in the older form',
    'workers:\n  - id: a\n    type: managed\n    unit:\n      managed:\n        metadata: {name: a}\n        control:\n          execution: {executable_path: /work/bin/tools}\n          restart_pol|icy: always\n',
    /In force: `always`, from this file\./,
  ],
  [
    'the package',
    worker('').replace('package', 'pack|age'),
    /\*\*tools:1\.2\.3\*\*: Does things.*Runs as process or module.*In force: `tools:1\.2\.3`, from this file/s,
  ],
  [
    'everything, at the id',
    worker('    port: 8080\n').replace('id: a', 'i|d: a'),
    /\| execution\.executable_path \| `\/work\/bin\/tools` \| package tools:1\.2\.3 \|/,
  ],
  ['variables', worker('    execution: {args: ["${env:HO|ME}/x"]}\n'), /`HOME` is `\/home\/me`/],
  [
    'a default of a variable',
    worker('    execution:\n      working_directory: ${env:NOWH|ERE:-/tmp}\n'),
    /`NOWHERE` is not set: `\/tmp` stands in for it/,
  ],
  [
    'no secrets',
    worker('    execution:\n      working_directory: ${env:API_TO|KEN}\n'),
    /`API_TOKEN` is \(a secret, not shown\)/,
  ],
  [
    'no secrets of the environment',
    worker('    environ|ment: {DB_PASSWORD: hunter2, LEVEL: low}\n'),
    /\| DB_PASSWORD \| \(a secret, not shown\) \| this file \|\n\| LEVEL \| `low` \| this file \|/,
  ],
  [
    'no secrets within a text, nor below a name that tells of one',
    worker(
      '    environ|ment: {SERVICE_URL: "http://user:hunter2@localhost/x", STRIPE_KEY: hunter2, ARGS: "--password=hunter2"}\n',
    ),
    /\| SERVICE_URL \| `http:\/\/user:\[masked\]@localhost\/x` .*\n\| STRIPE_KEY \| \(a secret, not shown\) .*\n\| ARGS \| `--password=\[masked\]`/,
  ],
  [
    'no secret that stands elsewhere too',
    worker('    environment: {DB_PASSWORD: hunter2}\n    execution: {a|rgs: [--with, hunter2]}\n'),
    /In force: `\["--with","\[masked\]"\]`, from this file/,
  ],
  [
    'no secret of the environment that an alias brings',
    `x-env: &env { AUTH: "\${env:API_TOKEN}", WHERE: "\${env:HOME}" }\n${worker('    environ|ment: *env\n')}`,
    /\| AUTH \| \(a secret, not shown\) .*\n\| WHERE \| `\/home\/me` /,
  ],
  ['the meaning of a choice', worker('').replace('process', 'pro|cess'), /`process`: /],
  [
    'what is written now, and older names only as such',
    worker('').replace('type', 'ty|pe'),
    /One of `process`, `module`\.\n\nIn the older form: `managed`, `unmanaged`, /,
  ],
];

describe('hover', () => {
  for (const [name, marked, wanted] of cases) {
    it(`tells ${name}`, () => {
      assert.match(told(marked), wanted);
    });
  }

  it('tells how the worker is now, at its id and where another waits for it', () => {
    const snapshots = new Map([
      ['a', failedSnapshot('It ended with code 1.', { id: 'a' })],
      ['b', snapshot({ id: 'b', type: 'process', isolation: 'process' })],
    ]);
    const at = (marked: string) => told(marked, snapshots);
    assert.match(
      at(worker('    depends_on: [b]\n').replace('id: a', 'id: |a')),
      /\*\*a, failed, .*\*\*\n\nIt ended with code 1\./s,
    );
    for (const waiting of ['depends_on: [|b]', 'depends_on:\n      - |b', "depends_on:\r\n      - '|b' # c"]) {
      assert.match(at(worker(`    ${waiting}\n`)), /\*\*b, running, process.*\*\*/);
    }
  });

  it('tells why a worker failed and when it is tried again, and why one is not well', () => {
    const failed = failedSnapshot('It ended with code 1.', { id: 'a', retry_at: '2026-01-01T12:00:08.000Z' });
    const ill = snapshot({ id: 'a', health: 'degraded', health_reason: 'it answered 503' });
    const at = (one: typeof ill) => told(worker('').replace('id: a', 'id: |a'), new Map([['a', one]]));
    assert.match(at(failed), /\*\*a, failed, .*next try at 12:00:08\*\*\n\nIt ended with code 1\./);
    assert.match(at(ill), /\*\*a, running \(degraded\), .*\*\*\n\na is degraded: it answered 503\./);
  });

  for (const [how, waiting] of [
    ['in brackets', 'depends_on: [x, |b]'],
    ['in a list', 'depends_on:\n      - x\n      - |b # comment'],
    ['in a list of quoted ids', "depends_on:\n      - x\n      - '|b'"],
    ['as a worker of the older form', 'depends_on: [|old]'],
  ] as const) {
    it(`tells of the worker that another waits for, ${how}, what its own id tells and where it is`, () => {
      const others = `  - id: b\n    type: process\n    package: tools\n  - id: old\n    type: managed\n    package: tools\n`;
      for (const ends of ['\n', '\r\n']) {
        const text = (worker(`    ${waiting}\n`) + others).replaceAll('\n', ends);
        const name = how.includes('older') ? 'old' : 'b';
        const own = told(text.replace('|', '').replace(`id: ${name}${ends}`, `id: |${name}${ends}`));
        const line = text.slice(0, text.indexOf(`id: ${name}${ends}`)).split('\n').length;
        const at = told(text);
        assert.ok(at.includes(`**${name}**: a process, line ${line} of this file.`), at);
        const table = /\| In force[\s\S]*/.exec(own)?.[0] ?? 'no table';
        assert.ok(how.includes('older') || at.includes(table), `${at} has ${table}`);
      }
    });
  }

  it('never shows a secret value', () => {
    assert.doesNotMatch(cases.map(([, marked]) => told(marked)).join('\n'), /hunter2/);
  });

  it('tells what a key of a manifest means', () => {
    const { text, offset } = cursorIn('name: tools\nversion: 1.2.3\nprocess: {execut|able_path: bin/tools}\n');
    assert.match(contents(hover(openManifest(text, world), offset)), /The program, relative to this file's folder/);
  });

  it('is quiet about what is no key of ours', () => {
    const { text, offset } = cursorIn('workers:\n  - id: a\n    colo|ur: red\n');
    assert.equal(hover(openWorkers(text, world), offset), null);
  });
});

function told(marked: string, snapshots?: ReadonlyMap<string, ReturnType<typeof snapshot>>): string {
  const { text, offset } = cursorIn(marked);
  return contents(hover({ ...openWorkers(text, world), snapshots }, offset));
}

function contents(found: ReturnType<typeof hover>): string {
  return found && typeof found.contents === 'object' && 'value' in found.contents ? found.contents.value : '';
}
