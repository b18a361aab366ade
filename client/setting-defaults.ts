/** Every setting, without its prefix, as the manifest declares it. */
export interface Settings {
  readonly workersFiles: readonly string[];
  /** Names the overlay; empty for none. */
  readonly environment: string;
  /** Whether workers have free ports of their own, in place of those they name. */
  readonly isolated: boolean;
  /** Folders, or URLs of npm registries. */
  readonly 'packages.repositories': readonly string[];
  readonly 'gutterIcons.enabled': boolean;
  readonly 'inlayHints.enabled': boolean;
  readonly 'agents.mcpServer': boolean;
  /** Kinds of messages that are not shown any more. */
  readonly 'notifications.hidden': readonly ('restart' | 'switched' | 'ended')[];
}

export const settingDefaults: Settings = {
  workersFiles: [],
  environment: '',
  isolated: false,
  'packages.repositories': [],
  'gutterIcons.enabled': true,
  'inlayHints.enabled': true,
  'agents.mcpServer': false,
  'notifications.hidden': [],
};
