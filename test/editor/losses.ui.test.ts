import assert from 'node:assert/strict';
import { withMasterOf } from '../support/master-of.ts';
import { processesWith } from '../support/processes-with.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

/** Longer than the longest wait before a restart. */
const patienceMs = 20_000;

describe('the death of a program that the extension needs', function () {
  this.timeout(180_000);
  const workbench = useWorkbench();
  const master = () =>
    withMasterOf(workbench().folder, ({ welcome }) => welcome.pid).then(
      (pid) => pid,
      () => undefined,
    );
  const server = () => processesWith('dist/server.js', workbench().pid).then(([pid]) => pid);

  const deaths = [
    {
      of: 'the master',
      find: master,
      news: 'The master of workers.yaml has ended and is being restarted.',
      givenUp: 'The master of workers.yaml does not run',
      isBack: () => workbench().row('data-processor-1, ').waitFor(),
    },
    {
      of: 'the language server',
      find: server,
      news: 'The language server has ended and is being restarted.',
      givenUp: 'The language server has ended again and again',
      isBack: () => workbench().lens('Switch to').first().waitFor(),
    },
  ];

  before(async () => {
    await workbench().showView();
    await workbench().row('data-processor-1, ').waitFor();
    await workbench().open('workers.yaml');
    await workbench().lens('Switch to').first().waitFor();
  });

  for (const { of, find, news, givenUp, isBack } of deaths) {
    it(`of ${of} is told once, restarted, and after too many in a row asked about: Try Again has it back`, async () => {
      const { notification, run, screenshot } = workbench();
      let last: number | undefined;
      /** Ends it as soon as there is another one than before. */
      const kill = async () => {
        const pid = await until(
          async () => {
            const found = await find();
            return found !== last && found;
          },
          `${of} to be there again`,
          patienceMs,
        );
        last = pid;
        process.kill(pid, 'SIGKILL');
      };

      await kill();
      await notification(news).waitFor();
      await screenshot(`losses-of-${of}`);
      await run('Notifications: Clear All Notifications');
      await notification(news).waitFor({ state: 'detached' });
      for (let more = 0; more < 4; more++) await kill();
      await until(async () => (await find()) !== last && (await find()) !== undefined, `${of} to be back`, patienceMs);
      assert.equal(await notification(news).count(), 0, 'it is told once');
      await kill();
      await notification(givenUp).hover();
      assert.equal(await notification(/./).count(), 1, 'nothing else is said');
      await screenshot(`losses-given-up-${of}`);

      await notification(givenUp).getByRole('button', { name: 'Try Again' }).click();
      await until(async () => (await find()) !== last && (await find()) !== undefined, `${of} to be back`);
      await isBack();
      assert.equal(await notification(givenUp).count(), 0);
    });
  }
});
