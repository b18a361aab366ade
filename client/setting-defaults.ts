/** Every setting, without its prefix, as the manifest declares it. */
export interface Settings {
  readonly workersFiles: readonly string[];
  readonly 'gutterIcons.enabled': boolean;
}

export const settingDefaults: Settings = {
  workersFiles: [],
  'gutterIcons.enabled': true,
};
