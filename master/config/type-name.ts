const names: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'empty',
};

/** A JSON Schema type as it is called in findings. */
export function typeName(type: string): string {
  return names[type] ?? type;
}
