import type { Connect } from './master-connection.ts';

export const connect: Connect = async (file) => {
  throw new Error(`no master can be started for ${file} yet`);
};
