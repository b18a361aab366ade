import { pathToFileURL } from 'node:url';
import { transform, type Options } from 'sucrase';
import { isTypeScript } from './typescript-paths.ts';

/**
 * TypeScript to JavaScript, line by line: line n of the result is line n of the file, so stack traces are right
 * without a source map; the inline one is for debuggers, which compare the text.
 */
export function compileTypeScript(text: string, file: string, kind: 'module' | 'commonjs'): string {
  const options: Options = {
    transforms: kind === 'commonjs' ? ['typescript', 'imports'] : ['typescript'],
    disableESTransforms: true,
    preserveDynamicImport: true,
    injectCreateRequireForImportRequire: kind === 'module',
    filePath: file,
    sourceMapOptions: { compiledFilename: file },
  };
  if (file.endsWith('x')) {
    options.transforms.push('jsx');
    options.jsxRuntime = 'automatic';
    options.production = true;
  }
  const { code, sourceMap } = translate(text, file, options);
  if (!sourceMap) return code;
  const map = { ...sourceMap, sources: [pathToFileURL(file).href], sourcesContent: [text] };
  const encoded = Buffer.from(JSON.stringify(map)).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${encoded}`;
}

/** Module syntax to CommonJS, line by line: for `require()` of a module, and TypeScript of CommonJS projects. */
export function toCommonJs(text: string, file: string): string {
  if (isTypeScript(file)) return compileTypeScript(text, file, 'commonjs');
  const options: Options = { transforms: ['imports'], disableESTransforms: true, preserveDynamicImport: true };
  return translate(text, file, options).code.replace(/^#!/, '//');
}

function translate(text: string, file: string, options: Options) {
  try {
    return transform(text, options);
  } catch (error) {
    throw syntaxError(error, file);
  }
}

function syntaxError(error: unknown, file: string): unknown {
  if (!(error instanceof Error)) return error;
  const [, reason = error.message, line = '1', column = '1'] =
    /^(?:Error transforming .*?: )?(.*) \((\d+):(\d+)\)$/s.exec(error.message) ?? [];
  const clear = new SyntaxError(reason.replace(`Error transforming ${file}: `, ''));
  clear.stack = `${file}:${line}:${column}\nSyntaxError: ${clear.message}`;
  return clear;
}
