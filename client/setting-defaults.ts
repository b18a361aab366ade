/** Every setting, without its prefix, as the manifest declares it. */
export interface Settings {
  readonly workersFiles: readonly string[];
  readonly 'gutterIcons.enabled': boolean;
  readonly 'agents.mcpServer': boolean;
}

export const settingDefaults: Settings = {
  workersFiles: [],
  'gutterIcons.enabled': true,
  'agents.mcpServer': false,
};
