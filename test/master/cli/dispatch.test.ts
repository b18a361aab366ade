import assert from 'node:assert/strict';
import { run } from '../../../master/cli/dispatch.ts';

describe('the command line', () => {
  async function hsu(...words: readonly string[]) {
    let stdout = '';
    let stderr = '';
    const code = await run(words, {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
      cwd: () => '/nowhere',
    });
    return { code, stdout, stderr };
  }

  it('tells its version', async () => {
    assert.deepEqual(await hsu('--version'), { code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['run', 'api'], /^hsu run does not take "api"\.\nUsage: hsu run /],
    [['status', 'a', 'b'], /^hsu status does not take "b"\./],
    [['apply', 'api'], /^hsu apply does not take "api"\./],
    [['doctor', 'api'], /^hsu doctor does not take "api"\.\nUsage: hsu doctor\n$/],
    [['logs', '--', '-a', 'b'], /^hsu logs does not take "b"\./],
    [['status', '--loud'], /^hsu status has no option --loud; it has --file, --json, --help\./],
    [['status', '--constructor'], /^hsu status has no option --constructor;/],
    [['run', '--only', 'a,,b'], /^--only names workers with commas between them, not "a,,b"\./],
    [['logs', 'a', '--since', '10'], /^--since is a time .* not "10"\./],
    [['logs', 'a', '--lines', ''], /^--lines is a whole number from 0, not ""\./],
    [['logs', 'a', '--run', '1.5'], /^--run is the number of a run, .* not "1\.5"\./],
    [['profile', 'a', '--seconds', '1e9'], /^--seconds is a number above 0, at most 86400, not "1e9"\./],
    [['validate', '--json', '--format', 'text'], /^--json is --format json, and was given with --format text\./],
    [['call', 'a', 'f', 'tea'], /^Each argument is a JSON value .* not tea\. For a text, write '"tea"'\./],
    [['--file', 'x', 'run'], /^The command stands first, and its options, such as --file, behind it\./],
    [['strat'], /^hsu has no command "strat"\./],
  ];
  for (const [words, sentence] of refused) {
    it(`refuses "${words.join(' ')}" as wrong use`, async () => {
      const { code, stdout, stderr } = await hsu(...words);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, sentence);
    });
  }

  it('says of every option what comes of it', async () => {
    for (const asked of [
      ['logs', '--help'],
      ['help', 'logs'],
      ['logs', '-h'],
    ]) {
      const { code, stdout } = await hsu(...asked);
      assert.equal(code, 0);
      assert.match(stdout, /^ {2}-f, --follow {2}Goes on as it writes\.$/m);
      assert.match(stdout, /^ {2}--since T {5}From a time on/m);
    }
  });
});
