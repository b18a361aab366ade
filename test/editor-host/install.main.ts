import { chooseEditorHost } from './choose-editor-host.ts';

// Makes the editor host ready, so that the parts that need it find it.
chooseEditorHost((line) => console.log(line)).then(
  (host) => console.log(`editor host: ${host.description}`),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
