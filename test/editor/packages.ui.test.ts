import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { holdArchives, type HoldingRegistry } from '../support/holding-registry.ts';
import { startRegistry, type Registry } from '../support/verdaccio.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

const program = `console.log('greeter runs'); setInterval(() => {}, 60_000);\n`;
const workers = 'workers:\n  - id: hello\n    type: module\n    package: "greeter:1.0.0"\n';

describe('the Packages view', function () {
  this.timeout(120_000);
  let registry: Registry;
  let slow: HoldingRegistry;
  let shelf: string;
  let workbench: Workbench | undefined;

  before(async function () {
    this.timeout(240_000);
    shelf = mkdtempSync(path.join(tmpdir(), 'hsu-shelf-'));
    registry = await startRegistry();
    await publish('1.0.0');
    slow = await holdArchives(registry.url);
    const folder = path.join(shelf, 'project');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'workers.yaml'), workers);
    workbench = await openWorkbench({ folder, settings: { 'hsu.packages.repositories': [slow.url] } });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed ${this.currentTest.fullTitle()}`);
  });
  after(async () => {
    await workbench?.close();
    await slow.stop();
    await registry.stop();
    rmSync(shelf, { recursive: true, force: true });
  });

  async function publish(version: string): Promise<void> {
    const folder = path.join(shelf, version);
    mkdirSync(folder);
    const manifest = `name: greeter\nversion: ${version}\ndescription: Greets.\nsupported_types: [module]\nmodule: { module_path: main.mjs }\n`;
    writeFileSync(path.join(folder, 'package.yaml'), manifest);
    writeFileSync(path.join(folder, 'main.mjs'), program);
    const described = { name: '@acme/greeter', version, description: 'Greets.', keywords: ['hsu-package'] };
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(described));
    await registry.publish(folder);
  }

  it('an installation is cancelled by its button while it is under way: it says so, and leaves nothing behind', async () => {
    assert.ok(workbench);
    const { clickInRow, folder, notification, page, row, run, screenshot, showView } = workbench;
    await showView();
    await run('HSU Workers: Focus on Packages View');
    await row('@acme/greeter 1.0.0, available').waitFor();
    const before = readdirSync(folder, { recursive: true }).toSorted();
    const abandoned = slow.abandoned();
    await clickInRow('@acme/greeter 1.0.0, available', 'Install a Package…');
    const progress = notification('Installing @acme/greeter:1.0.0');
    await progress.getByText('250 kB').waitFor();
    assert.ok(readdirSync(folder, { recursive: true }).length > before.length, 'the installation is under way');
    await screenshot('packages-progress');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await abandoned;
    await page.locator('.statusbar').getByText('was cancelled: nothing was installed').waitFor();
    await screenshot('packages-cancelled');
    await progress.waitFor({ state: 'detached' });
    await row('@acme/greeter 1.0.0, available').waitFor();
    assert.deepEqual(readdirSync(folder, { recursive: true }).toSorted(), before);
    assert.equal(readFileSync(path.join(folder, 'workers.yaml'), 'utf8'), workers);
    slow.delay();
  });

  it('installs with a progress bar, upgrades, goes back, and removes', async () => {
    assert.ok(workbench);
    const { clickInRow, folder, notification, row, run, screenshot, showView } = workbench;
    const written = () => readFileSync(path.join(folder, 'workers.yaml'), 'utf8');
    await showView();
    await run('HSU Workers: Focus on Packages View');
    await row('@acme/greeter 1.0.0, available').waitFor();
    await clickInRow('@acme/greeter 1.0.0, available', 'Install a Package…');
    // The bar lasts only as long as the archive is under way.
    await notification('Installing @acme/greeter:1.0.0').waitFor();
    slow.letThrough();
    await row('greeter 1.0.0, installed, hello').waitFor();
    // What was refused for want of it can be started now.

    await row('Modules, 0/1 running').waitFor();
    await publish('1.1.0');
    await run('HSU: Refresh Packages');
    await row('greeter 1.0.0, installed, 1.1.0 available, hello').waitFor();
    await screenshot('packages');
    await clickInRow('greeter 1.0.0, installed', 'Upgrade');
    await row('greeter 1.1.0, installed, hello').waitFor();
    assert.equal(written(), workers.replace('1.0.0', '1.1.0'));

    await clickInRow('greeter 1.1.0, installed', 'Roll Back');
    await row('greeter 1.0.0, installed, ').filter({ hasText: 'hello' }).waitFor();
    assert.equal(written(), workers);
    await clickInRow('greeter 1.1.0, installed, not used', 'Remove');
    await row('greeter 1.1.0, installed').waitFor({ state: 'detached' });
  });
});
