import * as vscode from 'vscode';
import { environmentOf } from '../environment/environment.ts';
import { setting } from '../settings.ts';
import type { Connect } from './master-connection.ts';

/** How long workers live on without a window: enough for a reload. */
const graceSeconds = 30;

/** Loaded when first used, beside the activation. Whoever asks: in a workspace that is not trusted nothing is run. */
export const connect: Connect = async (file) => {
  if (!vscode.workspace.isTrusted) throw new Error('This workspace is not trusted.');
  const { connectToMaster } = await import('../../master/connect.ts');
  const environment = environmentOf(file);
  const isolated = setting('isolated', vscode.Uri.file(file));
  const spawn = { graceSeconds, isolated, ...(environment !== undefined && { environment }) };
  return connectToMaster({ file, name: 'editor', owner: true, spawn });
};
