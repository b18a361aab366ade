import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chooseEditorHost } from './choose-editor-host.ts';

describe('the editor host', () => {
  const given = ['VSCODE_EXECUTABLE', 'DISPLAY', 'WAYLAND_DISPLAY', 'PATH'].map(
    (name) => [name, process.env[name]] as const,
  );
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hsu-desktop-'));
  });
  afterEach(() => {
    for (const [name, value] of given) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('is VSCODE_EXECUTABLE where it is set, started with the extension, the suite and the folder', async () => {
    const executable = standIn(3);
    process.env['VSCODE_EXECUTABLE'] = executable;
    process.env['DISPLAY'] ??= ':0';
    const host = await chooseEditorHost(() => {});
    assert.equal(host.description, `${executable} (VSCODE_EXECUTABLE)`);

    const run = { workspace: '/the/folder', extension: '/the/extension', suite: '/the/suite.js', env: { WORD: 'x' } };
    assert.equal(await host.runSuite(run), 3);
    const started = readFileSync(path.join(folder, 'arguments'), 'utf8').split('\n');
    for (const wanted of [
      '/the/folder',
      '--extensionDevelopmentPath=/the/extension',
      '--extensionTestsPath=/the/suite.js',
      'WORD=x',
    ]) {
      assert.ok(started.includes(wanted), `${wanted} is not among ${started.join(' ')}`);
    }
  });

  it('needs a display for the desktop, and says what to install where there is none', async function () {
    process.env['VSCODE_EXECUTABLE'] = standIn(0);
    process.env['PATH'] = folder;
    delete process.env['DISPLAY'];
    delete process.env['WAYLAND_DISPLAY'];
    const choice = chooseEditorHost(() => {});
    if (process.platform === 'linux') await assert.rejects(choice, /needs a display.*install xvfb, or set DISPLAY/);
    else await choice;
  });

  /** A program in the editor's place: it notes how it was started. */
  function standIn(exitCode: number): string {
    const file = path.join(folder, 'code');
    const lines = [
      '#!/bin/sh',
      `printf '%s\\n' "$@" "WORD=$WORD" > ${path.join(folder, 'arguments')}`,
      `exit ${exitCode}`,
    ];
    writeFileSync(file, lines.join('\n'));
    chmodSync(file, 0o755);
    return file;
  }
});
