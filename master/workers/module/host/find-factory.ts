import { isMethod, type Method } from './wrap-method.ts';

/** The factory that a module file exports under `entryPoint`, else as its default; a sentence when there is none. */
export function findFactory(exports: object, entryPoint: string | undefined): Method | string {
  const fallback: unknown = Reflect.get(exports, 'default');
  const name = entryPoint ?? 'default';
  const candidates: unknown[] = [Reflect.get(exports, name)];
  // A CommonJS file's exports are the default export; so are those that a compiler marked with __esModule.
  if (typeof fallback === 'object' && fallback !== null) candidates.push(Reflect.get(fallback, name));
  const factory = candidates.find(isMethod);
  if (factory) return factory;
  const found = candidates.find((candidate) => candidate !== undefined);
  const wanted = entryPoint === undefined ? 'no default export' : `no function named "${entryPoint}"`;
  const but =
    found === undefined ? '' : ` ("${name}" is ${typeof found === 'object' ? 'an object' : `a ${typeof found}`})`;
  const functions = Object.keys(exports).filter(
    (key) => isMethod(Reflect.get(exports, key)) && key !== 'module.exports',
  );
  const offer = functions.length > 0 ? `it exports: ${functions.join(', ')}` : 'it exports no function at all';
  return `it exports ${wanted}${but}; ${offer}. Correct entry_point, or export the factory.`;
}
