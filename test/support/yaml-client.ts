import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

/** Paths of schemas, each with the patterns of the files it is for. */
export type SchemaAssociations = Readonly<Record<string, readonly string[]>>;

/**
 * Starts yaml-language-server in the extension host for the documents that redhat.vscode-yaml serves, with its settings
 * and these schemas; nothing is fetched. Resolves with what ends it.
 */
export async function startYamlClient(schemas: SchemaAssociations): Promise<() => Promise<void>> {
  const script = process.env['TEST_YAML_LANGUAGE_SERVER'];
  if (script === undefined) throw new Error('TEST_YAML_LANGUAGE_SERVER does not say where the server is');
  const settings: Readonly<Record<string, unknown>> = {
    yaml: {
      schemas,
      validate: true,
      hover: true,
      completion: true,
      format: { enable: true },
      schemaStore: { enable: false },
      kubernetesCRDStore: { enable: false },
    },
  };
  const launch = { module: script, transport: TransportKind.stdio, args: ['--stdio'] };
  const client = new LanguageClient(
    'yaml',
    'YAML Support',
    { run: launch, debug: launch },
    {
      // As version 1.25 has it.
      documentSelector: [
        { language: 'yaml' },
        { language: 'dockercompose' },
        { language: 'github-actions-workflow' },
        { pattern: '*.y(a)ml' },
      ],
      middleware: {
        workspace: { configuration: ({ items }) => items.map(({ section }) => settings[section ?? ''] ?? {}) },
      },
    },
  );
  await client.start();
  return () => client.dispose();
}
