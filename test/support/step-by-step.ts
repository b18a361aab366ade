/**
 * For suites whose tests each begin where the one before ended: after one that failed the rest of the suite is left out, and
 * that is a failure of its own. mocha's `bail` would say nothing, and would leave the suite out after a failure anywhere.
 */
export function stepByStep(): void {
  afterEach('the rest of the suite begins here', function () {
    if (this.currentTest?.state === 'failed')
      throw new Error('this test failed, and those after it begin where it ends');
  });
}
