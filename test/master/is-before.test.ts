import assert from 'node:assert/strict';
import { lt } from 'semver';
import { isBefore } from '../../master/is-before.ts';

describe('whether a version is older than another', () => {
  const versions = ['0.0.9', '0.1.0', '0.1.9', '0.1.10', '0.9.12', '0.10.0', '1.0.0', '1.0.10', '2.0.0', '10.0.0'];
  for (const [place, version] of versions.entries()) {
    it(`${version}: than ${versions.slice(place + 1).join(', ') || 'none of these'}, as semver says`, () => {
      for (const [otherPlace, other] of versions.entries()) {
        assert.equal(isBefore(version, other), place < otherPlace, `${version} before ${other}`);
        assert.equal(isBefore(version, other), lt(version, other), `${version} before ${other}, says semver`);
      }
    });
  }

  for (const other of ['1.2.3-rc.1', '1.2.3+7']) {
    it(`takes ${other} for as old as 1.2.3`, () => {
      assert.deepEqual([isBefore(other, '1.2.3'), isBefore('1.2.3', other)], [false, false]);
    });
  }
});
