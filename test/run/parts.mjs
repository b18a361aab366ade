import path from 'node:path';

/**
 * @typedef {object} Part
 * @property {string} name what selects it on the command line
 * @property {readonly string[]} needs parts that must have run before, whatever became of them
 * @property {readonly string[]} command a script for Node, and its arguments
 * @property {boolean} counts whether mocha counts its tests; otherwise it is one check
 * @property {boolean} drives whether it drives real programs; two such parts never run at once
 */

/** Twenty thousand edits, each compared with a fresh reading. */
const equivalence = path.join('server', 'equivalence.test.js');

/**
 * Everything `npm test` runs, in the order in which it is reported.
 * @param {string} root
 * @param {string | undefined} grep
 * @returns {readonly Part[]}
 */
export function parts(root, grep) {
  const tool = (/** @type {string[]} */ ...place) => path.join(root, 'node_modules', ...place);
  const built = (/** @type {string} */ file) => path.join(root, 'dist', 'test', file);
  const mocha = (/** @type {string[]} */ ...args) => [
    tool('mocha', 'bin', 'mocha.js'),
    ...['--reporter', path.join(root, 'test', 'support', 'counting-reporter.mjs')],
    // What a failed test left open must not keep the run from ending; processes left behind are counted apart.
    ...['--forbid-only', '--forbid-pending', '--exit'],
    ...(grep === undefined ? [] : ['--grep', grep]),
    ...args,
  ];
  const check = { needs: [], counts: false, drives: false };
  const suite = { counts: true, drives: true };
  return [
    { ...check, name: 'build', command: [path.join(root, 'esbuild.mjs')] },
    { ...check, name: 'host', command: [built('editor-host/install.main.js')], needs: ['build'] },
    { ...check, name: 'format', command: [tool('prettier', 'bin', 'prettier.cjs'), '--check', '.'], needs: ['build'] },
    { ...check, name: 'lint', command: [tool('eslint', 'bin', 'eslint.js'), '.'], needs: ['build'] },
    { ...check, name: 'types', command: [tool('typescript', 'bin', 'tsc'), '--noEmit'], needs: ['build'] },
    {
      ...check,
      name: 'page-types',
      command: [tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', path.join(root, 'client', 'details', 'webview')],
      needs: ['build'],
    },
    {
      ...suite,
      name: 'unit',
      command: mocha(
        ...['--ignore', built('integration/**'), '--ignore', built('editor/**'), '--ignore', built(equivalence)],
        ...['--timeout', '20000', built('**/*.test.js')],
      ),
      needs: ['build'],
    },
    // Long, and alone with its processor: it runs beside the suites that wait for real programs.
    {
      ...suite,
      drives: false,
      name: 'equivalence',
      command: mocha('--timeout', '300000', built(equivalence)),
      needs: ['build'],
    },
    { ...check, name: 'package', command: [path.join(root, 'test', 'tooling', 'package.mjs')], needs: ['build'] },
    {
      ...suite,
      name: 'integration',
      command: mocha('--timeout', '60000', built('integration/**/*.test.js')),
      needs: ['build', 'package', 'host'],
    },
    { ...suite, name: 'editor', command: [built('editor-host/run-suite.main.js')], needs: ['build', 'host'] },
    {
      ...suite,
      name: 'ui',
      command: mocha('--timeout', '60000', built('editor/**/*.ui.test.js')),
      needs: ['build', 'host', 'package'],
    },
  ];
}

/**
 * The named parts and what they need, in order. Checks nobody named stay out.
 * @param {readonly Part[]} all
 * @param {readonly string[]} names empty for all
 * @returns {readonly Part[]}
 * @throws {Error} for a name that no part has
 */
export function select(all, names) {
  if (names.length === 0) return all;
  /** @type {Set<string>} */
  const wanted = new Set();
  const want = (/** @type {string} */ name) => {
    const part = all.find((candidate) => candidate.name === name);
    if (part === undefined) {
      throw new Error(`there is no part ${name}; the parts are ${all.map((candidate) => candidate.name).join(', ')}`);
    }
    wanted.add(name);
    part.needs.forEach(want);
  };
  names.forEach(want);
  return all.filter(({ name }) => wanted.has(name));
}
