import type { ItemRule } from '../item.ts';
import { checkBothSpellings } from './both-spellings.ts';
import { checkDeployment } from './deployment.ts';
import { checkDiscovery } from './discovery.ts';
import { checkExecutable } from './executable.ts';
import { checkFolders } from './folders.ts';
import { checkHealthTimeout } from './health-timeout.ts';
import { checkId } from './id.ts';
import { checkModuleFile } from './module-file.ts';
import { checkModuleLimits } from './module-limits.ts';
import { checkModulePermissions } from './module-permissions.ts';
import { checkObserved } from './observed.ts';
import { checkOldSpellings } from './old-spellings.ts';
import { checkPackage } from './package.ts';
import { checkReady } from './ready.ts';
import { checkSchedule } from './schedule.ts';
import { checkSecrets } from './secrets.ts';
import { checkSettings } from './settings.ts';
import { checkSupportedType } from './supported-type.ts';
import { checkTexts } from './texts.ts';
import { checkVariables } from './variables.ts';

/** Every rule about one worker alone, in the order its findings are listed. */
export const itemRules: readonly ItemRule[] = [
  checkId,
  checkTexts,
  checkOldSpellings,
  checkBothSpellings,
  checkPackage,
  checkSupportedType,
  checkDeployment,
  checkDiscovery,
  checkObserved,
  checkExecutable,
  checkModuleFile,
  checkFolders,
  checkModuleLimits,
  checkModulePermissions,
  checkSettings,
  checkSchedule,
  checkHealthTimeout,
  checkReady,
  checkVariables,
  checkSecrets,
];
