import assert from 'node:assert/strict';
import { buildAdvice, isNativeLibrary } from '../../../master/config/native-library.ts';

describe('a native library', () => {
  for (const file of ['a.so', 'liba.so.1.2', 'a.dll', 'A.DLL', 'liba.dylib', 'C:\\modules\\a.dll', '/m/liba.1.dylib']) {
    it(`is ${file}`, () => assert.equal(isNativeLibrary(file), true));
  }
  for (const file of ['a.js', 'a.so.js', 'so', 'a.dllx', 'a.wasm', 'a.so.old']) {
    it(`is not ${file}`, () => assert.equal(isNativeLibrary(file), false));
  }

  for (const [platform, file, advice] of [
    ['linux', 'a.so.1', 'Build a.so.1 for this machine (linux, x64).'],
    ['win32', 'A.DLL', 'Build A.DLL for this machine (win32, x64).'],
    ['darwin', 'liba.dylib', 'Build liba.dylib for this machine (darwin, x64).'],
    [
      'win32',
      'a.so',
      'Build a.so for this machine (win32, x64), whose libraries are called ….dll, and correct module_path.',
    ],
    [
      'darwin',
      'a.so',
      'Build a.so for this machine (darwin, x64), whose libraries are called ….dylib, and correct module_path.',
    ],
    [
      'linux',
      'a.dll',
      'Build a.dll for this machine (linux, x64), whose libraries are called ….so, and correct module_path.',
    ],
  ] as const) {
    it(`${file} that does not load on ${platform} is to be built for it, under the name it has there`, () => {
      assert.equal(buildAdvice(file, { platform, arch: 'x64' }), advice);
    });
  }
});
