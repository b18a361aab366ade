import { readCompose } from './compose.ts';
import type { ImportResult } from './imported-service.ts';
import { readPackageJson } from './package-json.ts';
import { readPm2 } from './pm2.ts';
import { readProcessCompose } from './process-compose.ts';
import { readProcfile } from './procfile.ts';

interface Format {
  readonly title: string;
  readonly fileName: RegExp;
  readonly read: (text: string, fileName: string) => ImportResult;
}

/** Every format that can be read, by the names its files have; in the order in which services win over their twins. */
export const formats: readonly Format[] = [
  { title: 'process-compose', fileName: /^process-compose[\w.-]*\.ya?ml$/i, read: readProcessCompose },
  { title: 'Procfile', fileName: /^Procfile(\.\w+)?$/, read: readProcfile },
  {
    title: 'pm2',
    fileName: /^((ecosystem|pm2)[\w.-]*\.([cm]?js|json5?|ya?ml)|process\.(json|ya?ml))$/i,
    read: readPm2,
  },
  { title: 'Docker Compose', fileName: /^(docker-)?compose\.ya?ml$/i, read: readCompose },
  { title: 'package.json', fileName: /^package\.json$/, read: readPackageJson },
];

export function formatOf(fileName: string): Format | undefined {
  return formats.find((format) => format.fileName.test(fileName));
}
