/** What the module loader needs of Node: module records it can link itself, and the resolver for any importer. */
export const hostFlags: readonly string[] = [
  '--experimental-vm-modules',
  '--experimental-import-meta-resolve',
  '--disable-warning=ExperimentalWarning',
];
