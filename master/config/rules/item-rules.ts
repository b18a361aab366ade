import type { ItemRule } from '../item.ts';
import { checkDeployment } from './deployment.ts';
import { checkExecutable } from './executable.ts';
import { checkId } from './id.ts';
import { checkModuleFile } from './module-file.ts';
import { checkPackage } from './package.ts';
import { checkSupportedType } from './supported-type.ts';
import { checkTexts } from './texts.ts';

/** Every rule about one worker alone, in the order its findings are listed. */
export const itemRules: readonly ItemRule[] = [
  checkId,
  checkTexts,
  checkPackage,
  checkSupportedType,
  checkDeployment,
  checkExecutable,
  checkModuleFile,
];
