import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { Deployment, WorkersFile } from '../config/deployment.ts';
import { secretsIn } from './mask.ts';

/** The secret values that workers are given, by their configuration, their `env_file` and this process' environment. */
export async function secretsOf({ workers }: Pick<WorkersFile, 'workers'>): Promise<readonly string[]> {
  const deployments = workers.flatMap(({ resolved }) => (resolved ? [resolved.deployment] : []));
  const texts = await Promise.all([...new Set(deployments.flatMap(envFileOf))].map((file) => read(file)));
  return [
    ...secretsIn(deployments),
    ...workers.flatMap(({ resolved }) => secretsIn(resolved?.config.healthCheck)),
    ...secretsIn(process.env),
    ...texts.flatMap((text) => secretsIn(parseEnv(text))),
  ];
}

function envFileOf(deployment: Deployment): string[] {
  return 'envFile' in deployment && deployment.envFile !== undefined ? [deployment.envFile] : [];
}

/** One that cannot be read holds no secrets; its worker says what is wrong. */
function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
