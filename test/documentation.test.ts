import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { agentTools } from '../master/agent/tools.ts';
import { run } from '../master/cli/dispatch.ts';
import manifest from '../package.json' with { type: 'json' };
import texts from '../package.nls.json' with { type: 'json' };

const pages = [
  ...['README.md', 'CHANGELOG.md'],
  ...readdirSync(path.join(ROOT_FOLDER, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

describe('the documentation', () => {
  it('links to files that exist', () => {
    const missing = matches(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g).filter(
      ({ page, text }) => !existsSync(path.join(ROOT_FOLDER, path.dirname(page), text)),
    );
    assert.deepEqual(missing, []);
  });

  it('names npm scripts that exist', () => {
    const missing = matches(/\bnpm run ([\w-]+)/g).filter(({ text }) => !(text in manifest.scripts));
    assert.deepEqual(missing, []);
  });

  it('links to headings that exist', () => {
    const missing = matches(/\]\((?!https?:)([^)]*#[^)]+)\)/g).filter(({ page, text }) => {
      const [file = '', heading] = text.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file);
      return heading === undefined || !headingsOf(target).includes(heading);
    });
    assert.deepEqual(missing, []);
  });

  it('docs/editor.md has every setting with its default, and every command by its title', () => {
    const guide = readFileSync(path.join(ROOT_FOLDER, 'docs/editor.md'), 'utf8');
    const { configuration, commands } = manifest.contributes;
    const settings = Object.entries(configuration.properties).map(([name, { default: usual }]) =>
      [name, JSON.stringify(usual)].join(' '),
    );
    const rows = [...guide.matchAll(/^\| `(hsu\.[\w.]+)` +\| `([^`]+)`/gm)].map(
      ([, name, usual]) => `${name} ${usual}`,
    );
    assert.deepEqual(rows.sort(), settings.sort());
    const titles: Readonly<Record<string, string>> = texts;
    const missing = commands
      .map(({ title }) => titles[title.replaceAll('%', '')] ?? title)
      .filter((title) => !guide.includes(`_${title}_`));
    assert.deepEqual(missing, []);
  });

  it('docs/agents.md has every tool', () => {
    const guide = readFileSync(path.join(ROOT_FOLDER, 'docs/agents.md'), 'utf8');
    const tools = [...guide.matchAll(/^\| `(\w+)` +\|[^|]*\|[^|]*\|$/gm)].map(([, name]) => name);
    assert.deepEqual(
      agentTools.map(({ name }) => name).filter((name) => !tools.includes(name)),
      [],
    );
  });

  it('docs/command-line.md names every command with each of its options', async () => {
    let help = '';
    const stdout = { write: (text: string) => (help += text) };
    await run(['help'], { stdout, stderr: { write: () => undefined }, cwd: () => ROOT_FOLDER });
    const guide = readFileSync(path.join(ROOT_FOLDER, 'docs/command-line.md'), 'utf8');
    const rows = guide.split('\n').filter((line) => line.startsWith('| `hsu '));
    const commands = [...help.matchAll(/^ {2}hsu (\w+) ?(.*)$/gm)];
    assert.ok(commands.length > 10, help);
    const missing = commands.flatMap(([, name = '', usage = '']) => {
      const row = rows.filter((line) => new RegExp(`^\\| \`hsu [\\w\\\\|]*\\b${name}\\b`).test(line)).join('\n');
      const options = [...usage.matchAll(/(?<![\w-])--?[a-z][\w-]*/g)].map(([option]) => option);
      return [
        ...(row === '' ? [name] : []),
        ...options.filter((option) => !row.includes(option)).map((option) => `${name} ${option}`),
      ];
    });
    assert.deepEqual(missing, []);
  });

  it('README.md shows each folder of the source on its map', () => {
    const map = readFileSync(path.join(ROOT_FOLDER, 'README.md'), 'utf8');
    const folders = ['master', 'server', 'client', 'schemas', 'syntaxes', 'test', 'examples', 'docs'];
    assert.deepEqual(
      folders.filter((folder) => !map.includes(`| \`${folder}/\``)),
      [],
    );
  });
});

/** The names by which the headings of a page are linked to. */
function headingsOf(page: string): readonly string[] {
  const text = readFileSync(path.join(ROOT_FOLDER, page), 'utf8');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What the group of a pattern matches, on all pages. */
function matches(pattern: RegExp): readonly { readonly page: string; readonly text: string }[] {
  return pages.flatMap((page) =>
    [...readFileSync(path.join(ROOT_FOLDER, page), 'utf8').matchAll(pattern)].map(([, text = '']) => ({ page, text })),
  );
}
