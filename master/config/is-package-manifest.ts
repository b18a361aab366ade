/**
 * Whether a text named package.yaml is one of ours. hpack (Haskell) and Rancher use the name too, and what is
 * not ours gets nothing at all. Decided by keys that only we have; also true for half-typed files that have one.
 */
export function isPackageManifest(text: string): boolean {
  const sample = text.slice(0, 100_000);
  if (foreign.test(sample)) return false;
  return /^(?:supported_types|config_schema)[ \t]*:/m.test(sample) || ownBlock.test(sample);
}

/** `process:` or `module:` with our keys within, or the older `executable:` with a path. */
const ownBlock =
  /^(?:process|module|executable)[ \t]*:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n|[ \t]+\S.*\r?\n)*?[ \t]+(?:executable_path|module_path|entry_point|path)[ \t]*:/m;

/** Keys of hpack and of Rancher's charts that no manifest of ours has. */
const foreign =
  /^(?:library|executables|tests|benchmarks|ghc-options|default-extensions|extra-source-files|internal-libraries|packageVersion|workingDir|upstream|additionalCharts|url|commit)[ \t]*:/m;
