import { AgentError } from './agent-error.ts';

type Property =
  | { readonly type: 'string'; readonly description: string; readonly enum?: readonly string[] }
  | {
      readonly type: 'integer';
      readonly description: string;
      readonly minimum: number;
      readonly maximum: number;
      readonly default?: number;
    }
  | { readonly type: 'boolean'; readonly description: string; readonly default?: boolean }
  | { readonly type: 'array'; readonly description: string; readonly items: { readonly type: 'string' } };

/** The JSON Schema of a tool's input. */
export interface InputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

export function schemaOf(properties: Readonly<Record<string, Property>>, ...required: readonly string[]): InputSchema {
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** A tool's input that fits its schema. Defaults are those of the schema. */
export class Input {
  readonly #schema: InputSchema;
  readonly #values: ReadonlyMap<string, unknown>;

  /** Throws an AgentError that names what does not fit. */
  constructor(tool: string, schema: InputSchema, given: unknown) {
    this.#schema = schema;
    const wrong = (what: string) => new AgentError(`${tool} was called with a wrong input: ${what}`);
    if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))) {
      throw wrong('it takes an object.');
    }
    this.#values = new Map(Object.entries(given ?? {}).filter(([, value]) => value !== undefined && value !== null));
    const known = Object.keys(schema.properties);
    for (const [name, value] of this.#values) {
      const property = schema.properties[name];
      if (!property) throw wrong(`it has no "${name}"; it takes ${known.join(', ') || 'nothing'}.`);
      const fault = faultOf(property, value);
      if (fault !== undefined) throw wrong(`"${name}" must be ${fault}, not ${JSON.stringify(value).slice(0, 80)}.`);
    }
    const missing = (schema.required ?? []).filter((name) => !this.#values.has(name));
    if (missing.length > 0) throw wrong(`${missing.join(' and ')} must be given.`);
  }

  text(name: string): string {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : '';
  }

  optionalText(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** Empty when it was not given. */
  texts(name: string): readonly string[] {
    const value: unknown = this.#values.get(name);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  number(name: string): number | undefined {
    const property = this.#schema.properties[name];
    const value = this.#values.get(name) ?? (property && 'default' in property ? property.default : undefined);
    return typeof value === 'number' ? value : undefined;
  }

  flag(name: string): boolean {
    const property = this.#schema.properties[name];
    return (this.#values.get(name) ?? (property && 'default' in property ? property.default : false)) === true;
  }
}

/** What a value must be, when it is not. */
function faultOf(property: Property, value: unknown): string | undefined {
  switch (property.type) {
    case 'string':
      if (property.enum) return property.enum.some((one) => one === value) ? undefined : property.enum.join(' or ');
      return typeof value === 'string' ? undefined : 'a string';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'array':
      return Array.isArray(value) && value.every((item) => typeof item === 'string') ? undefined : 'a list of strings';
    case 'integer': {
      const { minimum, maximum } = property;
      const fits = typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum;
      return fits ? undefined : `a whole number from ${minimum} to ${maximum}`;
    }
  }
}
