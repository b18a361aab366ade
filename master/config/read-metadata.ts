import { field, present, text, texts } from './values.ts';
import type { WorkerMetadata } from './worker-config.ts';

/** Reads `metadata`; undefined where it says nothing that the id does not say. */
export function readMetadata(metadata: unknown, id: string): WorkerMetadata | undefined {
  const name = text(field(metadata, 'name'));
  const tags = texts(field(metadata, 'tags')) ?? [];
  const read: WorkerMetadata = present({
    name: name === id || name === '' ? undefined : name,
    description: text(field(metadata, 'description')) || undefined,
    version: text(field(metadata, 'version')) || undefined,
    tags: tags.length === 0 ? undefined : tags,
  });
  return Object.keys(read).length === 0 ? undefined : read;
}
