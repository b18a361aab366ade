import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { exportedNames } from '../../../master/config/exported-names.ts';

/** File, its text, the names told; undefined where they cannot be told. */
const cases: readonly (readonly [string, string, readonly string[] | undefined])[] = [
  ['a.mjs', 'export function CreateA() {}\nexport const b = 1, c = 2;', ['CreateA', 'b', 'c']],
  ['a.mjs', 'export async function* gen() {}\nexport class K {}', ['gen', 'K']],
  ['a.mjs', 'const a = 1;\nexport { a as CreateA, b as default };', ['CreateA', 'default']],
  ['a.mjs', 'export default function () {}', ['default']],
  ['a.mjs', '// export const hidden = 1;\n/* export const too = 2; */\nexport let seen;', ['seen']],
  ['a.mjs', 'const text = "export const inText = 1";', []],
  ['a.mjs', 'export * from "./other.mjs";', undefined],
  ['a.mjs', 'export * as tools from "./other.mjs";', ['tools']],
  ['a.mjs', 'export const { one, two: three } = make();', ['one', 'three']],
  ['a.ts', 'export interface Shape {}\nexport type Size = number;\nexport abstract class Base {}', ['Base']],
  ['a.ts', 'export type { Shape } from "./shape";\nexport enum Kind { A }', ['Kind']],
  ['a.cts', 'export = { CreateA };', ['CreateA']],
  ['a.cjs', 'exports.CreateA = () => {};\nmodule.exports.b = 1;', ['CreateA', 'b']],
  ['a.cjs', 'module.exports = { CreateA, b: 1, "c-d": 2, async e() {} };', ['CreateA', 'b', 'c-d', 'e']],
  ['a.cjs', 'module.exports = { ...rest };', undefined],
  ['a.cjs', 'module.exports = build();', undefined],
  ['a.cjs', 'Object.defineProperty(exports, "CreateA", { enumerable: true });', ['CreateA']],
  ['a.cjs', 'Object.defineProperty(exports, "__esModule", {});\nexports.x = void 0;', ['x']],
  [
    'a.js',
    '__export(src_exports, {\n  CreateA: () => CreateA\n});\nmodule.exports = __toCommonJS(src_exports);',
    ['CreateA'],
  ],
  ['a.mjs', 'const quote = /["\'`]/;\nexport const after = 1;', ['after']],
  ['a.mjs', 'export const half = 4 / 2, third = 3 / 1;', ['half', 'third']],
  ['a.mjs', 'export const f = (a, b) => a\nexport const g = 1', ['f', 'g']],
  ['a.cjs', 'exports[name] = 1;', undefined],
  ['a.cjs', 'if (exports.kind == 1) module.exports.kind === 2;', []],
  ['a.js', '', []],
  ['a.so', 'ELF', undefined],
  ['a.wasm', 'not wasm at all', undefined],
];

describe('exportedNames', () => {
  for (const [file, text, names] of cases) {
    it(`${file} ${JSON.stringify(text)}`, () => {
      assert.deepEqual(exportedNames(file, new TextEncoder().encode(text)), names);
    });
  }

  it('reads the export section of WebAssembly', () => {
    const file = path.join(ROOT_FOLDER, 'test/fixtures/modules/wasm/hello.wasm');
    assert.deepEqual(exportedNames(file, readFileSync(file)), ['memory', '_start']);
  });

  it('survives WebAssembly that is cut off anywhere', () => {
    const whole = readFileSync(path.join(ROOT_FOLDER, 'test/fixtures/modules/wasm/service.wasm'));
    for (let length = 0; length <= whole.length; length++) exportedNames('x.wasm', whole.subarray(0, length));
  });
});
