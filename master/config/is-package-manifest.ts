import { type Node, nodeAt } from './syntax/node.ts';
import { readPlainYaml } from './syntax/read-plain-yaml.ts';
import { readYaml } from './syntax/read-yaml.ts';

/**
 * Whether a text named package.yaml is one of ours, in whatever style it is written. hpack (Haskell) and Rancher use
 * the name too, and what is not ours gets nothing at all. Decided by keys that only we have; also true for half-typed
 * files that have one.
 */
export function isPackageManifest(text: string): boolean {
  const sample = text.slice(0, 100_000);
  if (foreign.test(sample)) return false;
  if (ownKeys.test(sample) || ownBlock.test(sample)) return true;
  return mayBeOurs.test(sample) && hasOwnKeys((readPlainYaml(sample) ?? readYaml(sample)).root);
}

const ownKeys = /^(?:supported_types|config_schema)[ \t]*:/m;

/** `process:` or `module:` with our keys within, or the older `executable:` with a path. */
const ownBlock =
  /^(?:process|module|executable)[ \t]*:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n|[ \t]+\S.*\r?\n)*?[ \t]+(?:executable_path|module_path|entry_point|path)[ \t]*:/m;

/** Keys of hpack and of Rancher's charts that no manifest of ours has. */
const foreign =
  /^(?:library|executables|tests|benchmarks|ghc-options|default-extensions|extra-source-files|internal-libraries|packageVersion|workingDir|upstream|additionalCharts|url|commit)[ \t]*:/m;

/** Where none of these words stands, no reading finds one as a key. */
const mayBeOurs = /\b(?:supported_types|config_schema|executable_path|module_path|entry_point|path)\b/;

/** The same of what was read, for texts that are not written key by key in lines: flow style, quoted keys, anchors. */
function hasOwnKeys(root: Node | undefined): boolean {
  if (root?.kind !== 'map') return false;
  if (root.entries.some(({ key }) => foreign.test(`${String(key.value)}:`))) return false;
  const has = (...path: readonly string[]) => nodeAt(root, ...path) !== undefined;
  return (
    has('supported_types') ||
    has('config_schema') ||
    ['process', 'module', 'executable'].some((block) =>
      ['executable_path', 'module_path', 'entry_point', 'path'].some((key) => has(block, key)),
    )
  );
}
