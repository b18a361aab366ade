/** Every setting, without its prefix, as the manifest declares it. */
export interface Settings {
  readonly workersFiles: readonly string[];
  /** Names the overlay; empty for none. */
  readonly environment: string;
  readonly 'gutterIcons.enabled': boolean;
  readonly 'agents.mcpServer': boolean;
}

export const settingDefaults: Settings = {
  workersFiles: [],
  environment: '',
  'gutterIcons.enabled': true,
  'agents.mcpServer': false,
};
