import * as vscode from 'vscode';
import type { Settings } from './setting-defaults.ts';
import { settingDefaults } from './setting-defaults.ts';

/** The value of a setting for a file or folder. */
export function setting<Name extends keyof Settings>(name: Name, scope?: vscode.ConfigurationScope): Settings[Name] {
  return vscode.workspace.getConfiguration('hsu', scope ?? null).get<Settings[Name]>(name, settingDefaults[name]);
}
