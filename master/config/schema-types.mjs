/**
 * The types of what is written in files, as TypeScript: one for each definition of the schemas and one for each file.
 * @param {Schema} workers
 * @param {Schema} manifest
 * @typedef {Readonly<Record<string, unknown>>} Schema
 */
export function typesOf(workers, manifest) {
  const definitions = { ...asSchema(manifest['definitions']), ...asSchema(workers['definitions']) };
  const named = Object.entries(definitions).map(([name, schema]) => declaration(nameOf(name), asSchema(schema)));
  const files = [declaration('WorkersFile', workers), declaration('PackageManifest', manifest)];
  const head = '// Made of schemas/*.json by the build; test/schemas.test.ts compares.\n';
  return [head, ...named, ...files].join('\n');
}

/**
 * @param {string} name
 * @param {Schema} schema
 */
function declaration(name, schema) {
  const text =
    typeof schema['description'] === 'string' ? `/** ${schema['description'].replaceAll('*/', '* /')} */\n` : '';
  return `${text}export type ${name} = ${typeOf(schema, '')};\n`;
}

/**
 * @param {Schema} schema
 * @param {string} indent
 * @returns {string}
 */
function typeOf(schema, indent) {
  if (typeof schema['$ref'] === 'string') return nameOf(schema['$ref'].split('/').at(-1) ?? '');
  if (schema['then'] !== undefined)
    return `${typeOf(asSchema(schema['then']), indent)} | ${typeOf(asSchema(schema['else']), indent)}`;
  if (Array.isArray(schema['enum'])) return schema['enum'].map((one) => JSON.stringify(one)).join(' | ');
  const types = [schema['type']].flat();
  const written = types.map((type) => {
    if (type === 'array') {
      const item = schema['items'] === undefined ? 'unknown' : typeOf(asSchema(schema['items']), indent);
      return `readonly (${item})[]`;
    }
    if (type === 'object') return objectOf(schema, indent);
    if (type === 'integer' || type === 'number') return 'number';
    return typeof type === 'string' ? type : 'unknown';
  });
  return [...new Set(written)].join(' | ');
}

/**
 * @param {Schema} schema
 * @param {string} indent
 */
function objectOf(schema, indent) {
  const deeper = `${indent}  `;
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const lines = Object.entries(asSchema(schema['properties'])).map(
    ([key, own]) =>
      `${deeper}readonly ${/^\w+$/.test(key) ? key : JSON.stringify(key)}${required.has(key) ? '' : '?'}: ${typeOf(asSchema(own), deeper)};\n`,
  );
  if (lines.length > 0) return `{\n${lines.join('')}${indent}}`;
  const others = schema['additionalProperties'];
  const value = typeof others === 'object' && others !== null ? typeOf(asSchema(others), indent) : 'unknown';
  return `Readonly<Record<string, ${value}>>`;
}

/** @param {string} definition */
function nameOf(definition) {
  return definition.charAt(0).toUpperCase() + definition.slice(1);
}

/**
 * @param {unknown} value
 * @returns {Schema}
 */
function asSchema(value) {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
