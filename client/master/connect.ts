import { environmentOf } from '../environment/environment.ts';
import type { Connect } from './master-connection.ts';

/** How long workers live on without a window: enough for a reload. */
const graceSeconds = 30;

/** Loaded when first used, beside the activation. */
export const connect: Connect = async (file) => {
  const { connectToMaster } = await import('../../master/connect.ts');
  const environment = environmentOf(file);
  const spawn = { graceSeconds, ...(environment !== undefined && { environment }) };
  return connectToMaster({ file, name: 'editor', owner: true, spawn });
};
