import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { connectToMaster } from '../../master/connect.ts';
import { Project } from '../support/hsu.ts';
import { runProgram } from '../support/running-program.ts';
import { until } from '../support/until.ts';

/** Whatever a terminal obeys, in both forms, and what turns the direction of text. */
const obeyed = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

const evil = String.raw`\x1b]0;title\x07\x1b[2J\x1b]52;c;aGk=\x1b\\ \x9b2J \x85 \x7f a\u202eb\rc`;

const files = {
  'workers.yaml': `log_collection:
  global_aggregation:
    targets:
      - { type: file, path: plain.log }
      - { type: file, path: enhanced.log, format: enhanced_plain }
      - { type: file, path: lines.json, format: json }
workers:
  - { id: says, type: process, execution: { executable_path: node, args: [says.mjs] } }
  - { id: dies, type: process, restart: never, execution: { executable_path: node, args: [dies.mjs] } }
  - { id: throws, type: module, restart: never, module: { module_path: throws.mjs, entry_point: create } }
  - { id: serves, type: module, module: { module_path: serves.mjs, entry_point: create } }
`,
  'says.mjs': `
console.log("out ${evil}");
console.error("err ${evil}");
console.log(JSON.stringify({ level: 'info', msg: "json ${evil}", field: "field ${evil}" }));
console.log('level=info msg="logfmt ' + "${evil}" + '"');
setInterval(() => undefined, 60_000);
`,
  'dies.mjs': `throw new Error("last words ${evil}");\n`,
  'throws.mjs': `export const create = () => ({ start() { throw new Error("thrown ${evil}"); } });\n`,
  'serves.mjs': `export const create = ({ endpoints }) => ({
  start() {
    endpoints.register("name ${evil}", 'url', "http://127.0.0.1:1/${evil}");
    endpoints.publish('api', {
      answers: () => "answer ${evil}",
      fails: () => { throw new Error("failure ${evil}"); },
    });
  },
});
`,
};

describe('control sequences of workers', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(240_000);
  let project: Project;
  const shown: [what: string, text: string][] = [];
  const text = (what: string) => shown.find(([name]) => name === what)?.[1] ?? '';

  before(async () => {
    project = new Project(files);
    project.enter();
    const run = runProgram(path.join(DIST_FOLDER, 'cli.js'), ['run'], {
      cwd: project.folder,
      env: project.environment,
    });
    try {
      await Promise.all([
        run.line(/^says, running/),
        run.line(/^serves, running/),
        run.line(/^dies, failed/),
        run.line(/^throws, failed/),
      ]);
      const follows = runProgram(path.join(DIST_FOLDER, 'cli.js'), ['logs', 'says', '-f'], {
        cwd: project.folder,
        env: project.environment,
      });
      await Promise.all([follows.line(/logfmt/), follows.line(/^err /)]);
      follows.signal('SIGINT');
      await follows.ended;
      shown.push(['hsu logs -f', follows.output()]);
      for (const words of [
        ...['says', 'dies', 'throws'].flatMap((id) => [
          ['logs', id],
          ['logs', id, '--json'],
        ]),
        ['logs', 'says', '--grep', 'title'],
        ['status'],
        ['status', '--json'],
        ['start', 'throws'],
        ['restart', 'dies', '--json'],
        ['call', 'serves', 'answers'],
        ['call', 'serves', 'fails'],
        ['call', 'says', 'nothing'],
        ['doctor'],
      ]) {
        const { stdout, stderr } = await project.hsu(...words);
        shown.push([`hsu ${words.join(' ')}`, stdout + stderr]);
      }
      const client = await connectToMaster({ file: project.file, name: 'test', owner: false });
      const tools: [tool: string, input: object][] = [
        ['list_workers', {}],
        ['get_worker', { id: 'serves' }],
        ['explain_failure', { id: 'dies' }],
        ['explain_failure', { id: 'throws' }],
        ['read_logs', { id: 'says' }],
        ['search_logs', { text: 'out' }],
      ];
      for (const [tool, input] of tools) {
        const answer = JSON.parse((await client.agent({ tool, input })).text) as unknown;
        shown.push([`the tool ${tool}`, textsIn(answer).join('\n')]);
      }
      shown.push(['the snapshots', textsIn(await client.snapshots()).join('\n')]);
      shown.push(['the timeline', textsIn(await client.timeline('dies')).join('\n')]);
      client.dispose();
      const read = (name: string) => {
        const file = path.join(project.folder, name);
        return existsSync(file) ? readFileSync(file, 'utf8') : '';
      };
      for (const name of ['plain.log', 'enhanced.log', 'lines.json']) {
        const words = ['logfmt', 'last words', 'out', 'err'];
        await until(() => words.every((word) => read(name).includes(word)), `the lines in ${name}`);
        shown.push([name, read(name)]);
      }
    } finally {
      run.signal('SIGINT');
      await run.ended;
    }
    shown.push(['hsu run', run.output()]);
  });
  after(() => project.dispose());

  it('reach no terminal, no file and no model', () => {
    const bad = shown.flatMap(([what, all]) =>
      all.split('\n').flatMap((line) => (obeyed.test(line) ? [`${what}: ${JSON.stringify(line)}`] : [])),
    );
    assert.deepEqual(bad, []);
  });

  it('are taken out of what is shown, not what is shown with them', () => {
    const places: readonly (readonly [what: string, words: RegExp])[] = [
      ['hsu run', /^says \| out {2}<U\+009B>2J <U\+0085> ␡ a<U\+202E>b␍c$/m],
      ['hsu run', /last words/],
      ['hsu run', /thrown/],
      ['hsu logs -f', /^err .*␍c$/m],
      ['hsu logs says', /^out /m],
      ['hsu logs dies', /last words/],
      ['hsu status', /last words/],
      ['hsu status', /^serves, running, .*http:\/\/127\.0\.0\.1:1\/ /m],
      ['hsu start throws', /thrown/],
      ['hsu call serves answers', /^"answer /],
      ['hsu call serves fails', /failure /],
      ['the tool read_logs', /out {2}<U/],
      ['the tool explain_failure', /last words/],
      ['the timeline', /last words/],
    ];
    for (const [what, words] of places) assert.match(text(what), words, what);
  });

  it('stand in JSON as what they are', () => {
    const lines = JSON.parse(text('hsu logs says --json')) as { text: string }[];
    assert.ok(
      lines.some(
        (line) => line.text === 'out \x1b]0;title\x07\x1b[2J\x1b]52;c;aGk=\x1b\\ \x9b2J \x85 \x7f a\u202eb\rc',
      ),
    );
    assert.match(JSON.parse(text('hsu call serves answers')) as string, /^answer \x1b\]0;title\x07/);
  });
});

/** Every text in a value, as it is. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each)]);
}
