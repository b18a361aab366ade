/** One fault as ajv reports it. */
export interface SchemaFault {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaFault[] | null;
}

export const validateFrame: Validator;
export const validateWorker: Validator;
export const validateManifest: Validator;
