import assert from 'node:assert/strict';
import { KnownOffers } from '../../../master/packages/known-offers.ts';
import type { AvailablePackage } from '../../../master/packages/repository.ts';

const patient = new Promise<void>(() => undefined);
const impatient = Promise.resolve();
const tools = { name: '@acme/tools', version: '2.0.0', description: 'Helps.' };

describe('what repositories offer', () => {
  let now: number;
  let asked: string[];
  let failures: string[];
  let list: () => Promise<readonly AvailablePackage[]>;

  beforeEach(() => {
    now = 0;
    asked = [];
    failures = [];
    list = () => Promise.resolve([tools]);
  });

  const known = () =>
    new KnownOffers({
      open: (place) =>
        Promise.resolve({
          list: () => {
            asked.push(place);
            return list();
          },
          versions: (name) => {
            asked.push(`${place} ${name}`);
            return Promise.resolve(['1.0.0', '2.0.0']);
          },
          find: () => Promise.reject(new Error('nothing is installed here')),
        }),
      now: () => now,
      failed: (reason) => failures.push(reason),
    });

  it('is the newest of each package, and every version of the one that is named, without its scope', async () => {
    const offers = known();
    const newest = { ...tools, name: 'tools', repository: 'http://r/' };
    assert.deepEqual(await offers.of(['http://r/'], '/work', undefined, patient), { offers: [newest], isWhole: true });
    const all = await offers.of(['http://r/'], '/work', 'tools', patient);
    assert.deepEqual(
      all.offers.map(({ name, version }) => `${name}:${version}`),
      ['tools:2.0.0', 'tools:1.0.0', 'tools:2.0.0'],
    );
    assert.deepEqual(asked, ['http://r/', 'http://r/ @acme/tools']);
  });

  it('asks a registry once a minute, and a folder each time', async () => {
    const offers = known();
    const ask = () => offers.of(['http://r/', 'shelf'], '/work', undefined, patient);
    await ask();
    now = 59_999;
    await ask();
    assert.deepEqual(asked, ['http://r/', 'shelf', 'shelf']);
    now = 60_000;
    list = () => Promise.resolve([{ ...tools, version: '3.0.0' }]);
    const versions = async () => (await ask()).offers.map(({ version }) => version);
    assert.deepEqual(await versions(), ['2.0.0', '3.0.0'], 'of the registry what was heard before, while it is asked');
    assert.deepEqual(asked.slice(3), ['http://r/', 'shelf']);
    assert.deepEqual(await versions(), ['3.0.0', '3.0.0']);
  });

  it('waits once for who does not answer, and has it when it comes', async () => {
    let answer = (_: readonly AvailablePackage[]): void => undefined;
    list = () => new Promise((resolve) => (answer = resolve));
    const offers = known();
    const nothing = { offers: [], isWhole: false };
    assert.deepEqual(await offers.of(['http://r/'], '/work', undefined, impatient), nothing);
    assert.deepEqual(await offers.of(['http://r/'], '/work', undefined, patient), nothing);
    assert.deepEqual(asked, ['http://r/']);
    answer([tools]);
    await new Promise((resolve) => setImmediate(resolve));
    const { offers: found, isWhole } = await offers.of(['http://r/'], '/work', undefined, impatient);
    assert.deepEqual([found.length, isWhole, asked.length], [1, true, 1]);
  });

  it('tells why a repository cannot be asked, keeps what it had, and leaves it alone for a minute', async () => {
    const offers = known();
    await offers.of(['http://r/'], '/work', undefined, patient);
    now = 60_000;
    list = () => Promise.reject(new Error('http://r/ cannot be reached: refused.'));
    const ask = async () => (await offers.of(['http://r/', 'http://s/'], '/work', undefined, patient)).offers.length;
    assert.deepEqual([await ask(), await ask()], [1, 1]);
    assert.deepEqual(failures, Array(2).fill('http://r/ cannot be reached: refused.'));
    assert.deepEqual(asked, ['http://r/', 'http://r/', 'http://s/']);
  });
});
