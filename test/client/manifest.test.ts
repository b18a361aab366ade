import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { settingDefaults } from '../../client/setting-defaults.ts';
import { clientCommands } from '../../server/protocol.ts';

interface Manifest {
  readonly icon: string;
  readonly extensionKind: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string; icon: string }[];
    readonly menus: Readonly<Record<string, readonly { command: string; when?: string; group?: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly languages: readonly { id: string; filenames?: readonly string[] }[];
    readonly grammars: readonly { path: string }[];
  };
}

interface Setting {
  readonly default: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly scope?: string;
}

const text = readFileSync(path.join(ROOT_FOLDER, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const words = JSON.parse(readFileSync(path.join(ROOT_FOLDER, 'package.nls.json'), 'utf8')) as Record<string, string>;
const clientSource = readdirSync(path.join(ROOT_FOLDER, 'client'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(path.join(ROOT_FOLDER, 'client', file), 'utf8'))
  .join('\n');

describe('the manifest', () => {
  const { commands, menus, configuration } = manifest.contributes;
  const ids = commands.map(({ command }) => command);

  it('has a text for each key, and no text without one', () => {
    const used = [...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? '');
    assert.deepEqual([...new Set(used)].sort(), Object.keys(words).sort());
  });

  it('names every command that the code registers, and no other', () => {
    const registered = [...clientSource.matchAll(/^\s+'(hsu\.[\w.]+)':/gm)].map((match) => match[1] ?? '');
    assert.deepEqual(ids.toSorted(), registered.toSorted());
  });

  it('has every command that the language server names', () => {
    assert.deepEqual(
      Object.values(clientCommands).filter((id) => !ids.includes(id)),
      [],
    );
  });

  it('puts every command into one category, with an icon and a title without the category', () => {
    for (const { command, category, icon, title } of commands) {
      assert.equal(category, 'HSU', command);
      assert.match(icon, /^\$\([\w-]+\)$/, command);
      assert.match(words[title.slice(1, -1)] ?? '', /^(?!HSU)[A-Z]/, command);
    }
  });

  it('offers in menus only commands that exist', () => {
    const offered = Object.values(menus).flatMap((entries) => entries.map(({ command }) => command));
    assert.deepEqual(
      offered.filter((id) => !ids.includes(id)),
      [],
    );
  });

  it('has at most three inline icons a row', () => {
    const inline = (menus['view/item/context'] ?? []).filter(({ group }) => group?.startsWith('inline'));
    const places = new Set(inline.map(({ group }) => group));
    assert.ok(places.size <= 3, [...places].join());
  });

  it('describes every setting, with a scope, and has at most fifteen', () => {
    const settings = Object.entries(configuration.properties);
    assert.ok(settings.length <= 15);
    for (const [name, setting] of settings) {
      assert.ok(setting.description ?? setting.markdownDescription, name);
      assert.ok(setting.scope, name);
    }
  });

  it('declares the settings and defaults of the code, and the code reads each of them', () => {
    const declared = Object.entries(configuration.properties).map(([name, setting]) => [name, setting.default]);
    const known = Object.entries<unknown>({ ...settingDefaults }).map(([name, value]) => [`hsu.${name}`, value]);
    assert.deepEqual(declared.toSorted(), known.toSorted());
    assert.deepEqual(
      Object.keys(settingDefaults).filter((name) => !clientSource.includes(`setting('${name}'`)),
      [],
    );
  });

  it('lets a workspace say what is run or fetched only when it is trusted, and each machine say it otherwise', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    const decisive = Object.entries(configuration.properties).filter(([name]) =>
      /executable|command|repositor|workersFiles|environment/i.test(name),
    );
    assert.deepEqual(
      decisive.map(([name]) => name).filter((name) => !restricted.includes(name)),
      [],
    );
    const places = decisive.filter(([name]) => /executable|command|repositor/i.test(name));
    for (const [name, { scope }] of places) assert.equal(scope, 'machine-overridable', name);
    assert.deepEqual(
      restricted.filter((name) => configuration.properties[name] === undefined),
      [],
    );
  });

  it('never activates for everybody, and searches no deeper than one folder', () => {
    assert.deepEqual(
      manifest.activationEvents.filter((event) => event === '*' || event.includes('**')),
      [],
    );
  });

  it('leaves the package.yaml of other tools alone', () => {
    const claimed = manifest.contributes.languages.flatMap(({ filenames }) => filenames ?? []);
    assert.ok(!claimed.includes('package.yaml'));
  });

  it('has an icon as the marketplace wants it, a PNG of 128 by 128', () => {
    const png = readFileSync(path.join(ROOT_FOLDER, manifest.icon));
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [128, 128]);
  });

  it('runs where the workspace is: on the machine, in the container, and behind the browser', () => {
    assert.deepEqual(manifest.extensionKind, ['workspace']);
  });

  it('names files that exist', () => {
    const files = [...text.matchAll(/"(?:\.\/)?((?:media|syntaxes|skills)\/[^"]+)"/g)].map((match) => match[1] ?? '');
    assert.deepEqual(
      files.filter((file) => !existsSync(path.join(ROOT_FOLDER, file))),
      [],
    );
  });
});

describe('the client', () => {
  const unwanted: readonly (readonly [string, RegExp])[] = [
    ['takes the first workspace folder for the only one', /workspaceFolders\??\.?\[0\]/],
    ['types into a terminal', /\.sendText\(/],
    ['polls', /\bsetInterval\(/],
    ['uses the global console', /\bconsole\./],
  ];
  for (const [what, pattern] of unwanted) {
    it(`never ${what}`, () => assert.doesNotMatch(clientSource, pattern));
  }

  it('never says anything without a button that decides it', () => {
    const said = [...clientSource.matchAll(/\bshow(?:Information|Warning|Error)Message\(((?:[^()]|\([^()]*\))*)\)/g)];
    assert.ok(said.length > 0);
    const bare = said.filter(([, parameters = '']) => !/^[^]*?,\s*\S/.test(parameters.replaceAll(/\([^()]*\)/g, '')));
    assert.deepEqual(
      bare.map(([call]) => call),
      [],
    );
  });
});
