import { maskOf, secretsIn } from '../secrets/mask.ts';
import { effectiveConfiguration, type EffectiveSetting } from '../config/effective-configuration.ts';
import { valueOf } from '../config/syntax/node.ts';
import { WorkersDocument } from '../config/workers-document.ts';
import type { World } from '../config/world.ts';
import { readTexts, worldOf } from './read-configuration.ts';

/**
 * What is in force for a worker by the saved file, and where each part comes from; nothing where the file has errors
 * for it. Secrets are masked.
 */
export async function readEffectiveConfiguration(
  file: string,
  environment: string | undefined,
  id: string,
): Promise<readonly EffectiveSetting[]> {
  const { text, base, overlay } = await readTexts(file, environment);
  const world = worldOf(file);
  const { workers } = WorkersDocument.open(text, world).toFile();
  const resolved = workers.find((worker) => worker.id === id)?.resolved;
  if (!resolved) return [];
  const { packageName, packageVersion } = resolved;
  const installed = world.packages()?.find(({ name, version }) => name === packageName && version === packageVersion);
  const settings = effectiveConfiguration(resolved, {
    file: itemOf(base, id, world),
    overlay: overlay === undefined ? undefined : itemOf(overlay, id, world),
    manifest: installed?.manifest,
  });
  const mask = maskOf(secretsIn(resolved.deployment));
  return settings.map((setting) => ({
    ...setting,
    value: mask.value(setting.value, setting.key.split('.').at(-1)),
  }));
}

function itemOf(text: string, id: string, world: World): unknown {
  const document = WorkersDocument.open(text, world);
  const node = document.openItem(document.indexOf(id))?.node;
  return node && valueOf(node);
}
