import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { typesOf } from './schema-types.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/** Writes the validators of schemas/*.json as code into generated/, so that nothing is compiled at start. */
export async function compileSchemas() {
  const workers = readSchema('workers.schema.json');
  const manifest = readSchema('package.schema.json');
  const ajv = new Ajv({
    allErrors: true,
    // Descriptions for editors (enumDescriptions, deprecated) stand in the schemas too.
    strict: false,
    // Formats name completions; what they mean is checked by rules with sentences of their own.
    validateFormats: false,
    messages: false,
    inlineRefs: false,
    code: { source: true },
  });
  ajv.addSchema({ ...workers, properties: withoutItems(workers.properties) });
  ajv.addSchema(manifest);
  const code = standaloneCode(ajv, {
    validateFrame: workers.$id,
    validateWorker: `${workers.$id}#/definitions/worker`,
    validateManifest: manifest.$id,
  });
  const folder = path.join(import.meta.dirname, 'generated');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'validators.cjs'), code);
  const types = path.join(folder, 'written.ts');
  const made = typesOf(readWhole('workers.schema.json'), readWhole('package.schema.json'));
  // Only what changed is written: the types are kept with the source.
  if (!existsSync(types) || readFileSync(types, 'utf8') !== made) writeFileSync(types, made);
}

/**
 * Items of `workers:` are validated one by one, the rest of the file without them.
 * @param {Record<string, unknown>} properties
 */
function withoutItems(properties) {
  const list = { type: ['array', 'null'] };
  return { ...properties, workers: list, managed_processes: list };
}

/** @param {string} name */
function readWhole(name) {
  return JSON.parse(readFileSync(path.join(root, 'schemas', name), 'utf8'));
}

/** @param {string} name */
function readSchema(name) {
  /** @type {(key: string, value: unknown) => unknown} */
  const withoutProse = (key, value) =>
    (key === 'description' && typeof value === 'string') || key === 'enumDescriptions' ? undefined : value;
  return JSON.parse(readFileSync(path.join(root, 'schemas', name), 'utf8'), withoutProse);
}
