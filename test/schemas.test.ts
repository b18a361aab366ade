import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import packageSchema from '../schemas/package.schema.json' with { type: 'json' };
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

  it('are what the types are made of: build again after changing them', () => {
    const file = path.join(ROOT_FOLDER, 'master/config/generated/written.ts');
    assert.equal(readFileSync(file, 'utf8'), typesOf(workersSchema, packageSchema));
  });
});

interface Property {
  readonly place: string;
  readonly own: Schema;
}

/** Every property of a schema, its definitions included. */
function* propertiesOf(node: unknown, root: Schema, place: string): Generator<Property> {
  if (!isSchema(node)) return;
  for (const [key, own] of Object.entries(isSchema(node['properties']) ? node['properties'] : {})) {
    if (isSchema(own)) yield { place: `${place}.${key}`, own };
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
