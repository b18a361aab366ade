import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import packageSchema from '../schemas/package.schema.json' with { type: 'json' };
import manifest from '../package.json' with { type: 'json' };
import workersSchema from '../schemas/workers.schema.json' with { type: 'json' };
import { typesOf } from '../master/config/schema-types.mjs';
import { parse } from 'yaml';

type Schema = Readonly<Record<string, unknown>>;

const files = { 'workers.schema.json': workersSchema, 'package.schema.json': packageSchema };

describe('the schemas', () => {
  for (const [name, schema] of Object.entries(files)) {
    const properties = [...propertiesOf(schema, schema, name)];

    it(`${name} describes each key and says what kind of value it has`, () => {
      const faults = properties.flatMap(({ place, own }) => {
        const settled = follow(own, schema);
        const text = own['description'] ?? settled['description'];
        const typed = ['type', 'enum', 'then'].some((keyword) => settled[keyword] !== undefined);
        return [
          ...(typeof text === 'string' && /^\S.*[.]$/s.test(text)
            ? []
            : [`${place}: a description, ending in a full stop`]),
          ...(typed ? [] : [`${place}: a type or choices`]),
        ];
      });
      assert.deepEqual(faults, []);
    });

    it(`${name} tells the unit of each number`, () => {
      const faults = properties.flatMap(({ place, own }) => {
        const settled = follow(own, schema);
        const numeric = [settled['type']].flat().some((type) => type === 'integer' || type === 'number');
        return numeric && settled['format'] === undefined && settled['x-unit'] === undefined ? [place] : [];
      });
      assert.deepEqual(faults, []);
    });

    it(`${name} gives as many meanings as choices, and defaults that are allowed`, () => {
      const faults = properties.flatMap(({ place, own }) => {
        const settled = follow(own, schema);
        const { enum: choices, enumDescriptions: meanings } = settled;
        const wrong: string[] = [];
        if (Array.isArray(meanings) && (!Array.isArray(choices) || meanings.length !== choices.length))
          wrong.push(place);
        if (Array.isArray(choices) && settled['default'] !== undefined && !choices.includes(settled['default'])) {
          wrong.push(`${place}: default`);
        }
        return wrong;
      });
      assert.deepEqual(faults, []);
    });

    it(`${name} marks what only older files write, and names the key that another spelling means`, () => {
      const faults = properties.flatMap(({ place, own, siblings }) => {
        const { deprecated, description, 'x-spelling-of': meant } = { ...follow(own, schema), ...own };
        const text = String(description);
        const wrong: string[] = [];
        const isOld = /no effect|spells it|[Oo]ld spelling|^Older form:|[Aa]nother spelling|Accepted for older/.test(
          text,
        );
        // "The older form" with units is a dialect that goes on, not a spelling.
        if (isOld && deprecated !== true) wrong.push(`${place}: "${text}" without deprecated`);
        if (meant !== undefined && deprecated !== true) wrong.push(`${place}: another spelling without deprecated`);
        if (meant !== undefined && !(typeof meant === 'string' && siblings.includes(meant)))
          wrong.push(`${place}: ${JSON.stringify(meant)}`);
        if (deprecated === true && meant === undefined && !/no effect|Old spelling/.test(text))
          wrong.push(`${place}: "${text}"`);
        return wrong;
      });
      assert.deepEqual(faults, []);
    });

    it(`${name} is a schema that any validator can use`, () => {
      const ajv = new Ajv({ strict: false, validateFormats: false });
      assert.equal(ajv.validateSchema(schema), true, ajv.errorsText());
      assert.doesNotThrow(() => ajv.compile(schema));
    });
  }

  it('accept the example, as any YAML server would', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const example = (file: string): unknown =>
      parse(readFileSync(path.join(ROOT_FOLDER, 'examples/data-processor', file), 'utf8'));
    assert.ok(ajv.validate(workersSchema, example('workers.yaml')), ajv.errorsText());
    assert.ok(ajv.validate(packageSchema, example('package.yaml')), ajv.errorsText());
  });

  it('are named by the entry for SchemaStore in docs/editors.md, for the names that are always ours', () => {
    const page = readFileSync(path.join(ROOT_FOLDER, 'docs/editors.md'), 'utf8');
    const [, written = ''] = /SchemaStore.*?```json\n(.*?)```/s.exec(page) ?? [];
    const entry = JSON.parse(written) as Readonly<Record<string, unknown>>;
    assert.deepEqual(Object.keys(entry), ['name', 'description', 'fileMatch', 'url']);
    assert.equal(entry['url'], workersSchema.$id);
    assert.equal(entry['name'], workersSchema.title);
    assert.equal(entry['description'], workersSchema.description);
    const language = manifest.contributes.languages.find(({ id }) => id === 'hsu-workers');
    // What an overlay leaves out the schema misses: its names are for the server alone.
    assert.deepEqual(entry['fileMatch'], language?.filenames);
    assert.ok(manifest.files.includes('schemas'), 'the schemas are shipped');
  });

  it('are what the types are made of: build again after changing them', () => {
    const file = path.join(ROOT_FOLDER, 'master/config/generated/written.ts');
    assert.equal(readFileSync(file, 'utf8'), typesOf(workersSchema, packageSchema));
  });
});

interface Property {
  readonly place: string;
  /** The keys that may stand beside it. */
  readonly siblings: readonly string[];
  readonly own: Schema;
}

/** Every property of a schema, its definitions included. */
function* propertiesOf(node: unknown, root: Schema, place: string): Generator<Property> {
  if (!isSchema(node)) return;
  const keys = isSchema(node['properties']) ? node['properties'] : {};
  for (const [key, own] of Object.entries(keys)) {
    if (isSchema(own)) yield { place: `${place}.${key}`, own, siblings: Object.keys(keys) };
    yield* propertiesOf(own, root, `${place}.${key}`);
  }
  for (const [key, own] of Object.entries(isSchema(node['definitions']) ? node['definitions'] : {})) {
    yield* propertiesOf(own, root, `#${key}`);
  }
  for (const keyword of ['items', 'additionalProperties', 'then', 'else']) {
    yield* propertiesOf(node[keyword], root, `${place}.${keyword}`);
  }
}

function follow(schema: Schema, root: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const definitions = root['definitions'];
  const target = isSchema(definitions) ? definitions[reference.split('/').at(-1) ?? ''] : undefined;
  const { $ref: _, ...beside } = schema;
  return { ...(isSchema(target) ? follow(target, root) : {}), ...beside };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
