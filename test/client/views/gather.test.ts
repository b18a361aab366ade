import assert from 'node:assert/strict';
import { gather, type Gathering } from '../../../client/views/gather.ts';
import { groupRow } from '../../../client/views/group-row.ts';
import { RowTally } from '../../../client/views/row-tally.ts';
import { snapshot } from '../../support/snapshot.ts';

const workers = [
  snapshot({ id: 'web', type: 'process', group: 'front' }),
  snapshot({ id: 'mail', type: 'module', state: 'failed' }),
  snapshot({ id: 'api', type: 'module', group: 'front', state: 'stopped' }),
  snapshot({ id: 'jobs', type: 'process', group: 'back' }),
];

function rows(gathering: Gathering, of = workers): string[] {
  return gather(of, gathering).map(({ key, label, workers: members }) => {
    const { description, icon } = groupRow(label, new RowTally(members));
    return `${key} | ${label} | ${description} | ${icon.icon} | ${members.map(({ id }) => id).join(' ')}`;
  });
}

describe('the groups of a file', () => {
  it('are those that the file names, and the deployments of the others', () => {
    assert.deepEqual(rows('named'), [
      'name:front | front | 1/2 running | circle-outline | web api',
      'name:back | back | 1/1 running | pass | jobs',
      'process | Processes | none | circle-outline | ',
      'module | Modules | 0/1 running, 1 failed | error | mail',
    ]);
  });

  it('leave the deployments out where every worker has a name to stand under', () => {
    const named = workers.filter(({ group }) => group !== null);
    assert.deepEqual(
      gather(named, 'named').map(({ label }) => label),
      ['front', 'back'],
    );
  });

  it('are the deployments where no name is given, or wanted', () => {
    const nameless = workers.map((worker) => ({ ...worker, group: null }));
    const deployments = [
      'process | Processes | 2/2 running | pass | web jobs',
      'module | Modules | 0/2 running, 1 failed | error | mail api',
    ];
    assert.deepEqual(rows('deployment'), deployments);
    assert.deepEqual(rows('named', nameless), deployments);
  });

  it('are none in a flat view, and none without workers', () => {
    assert.deepEqual(rows('flat'), []);
    assert.deepEqual(rows('named', []), []);
  });
});
