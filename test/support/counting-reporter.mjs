import Mocha from 'mocha';
import { appendFileSync } from 'node:fs';

/** mocha's own `spec` report, which also adds its figures as a line to the file named by `TEST_COUNTS_FILE`. */
export default class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env['TEST_COUNTS_FILE'];
    if (file === undefined) return;
    let passed = 0;
    let failed = 0;
    runner.on('pass', () => passed++);
    runner.on('fail', () => failed++);
    runner.once('end', () => appendFileSync(file, `${JSON.stringify({ passed, failed })}\n`));
  }
}
