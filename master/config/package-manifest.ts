import type { DebuggerConfiguration } from './debugger-configuration.ts';
import type { HealthCheckConfig } from './worker-config.ts';

/** The meaning of a package.yaml (or the older worker-package.yaml). Paths are as written. */
export interface PackageManifest {
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  readonly description?: string;
  readonly supportedTypes: readonly ('process' | 'module')[];
  readonly process?: { readonly executablePath: string; readonly args: readonly string[] };
  readonly module?: { readonly modulePath: string; readonly entryPoint?: string };
  readonly dependencies: readonly { readonly name: string; readonly version?: string }[];
  readonly healthCheck?: HealthCheckConfig;
  /** The debugger of its processes. */
  readonly debugger?: DebuggerConfiguration;
  /** JSON Schema of `module.config`. */
  readonly configSchema?: Readonly<Record<string, unknown>>;
  /** sha256 in hexadecimal by file, relative to the package. */
  readonly checksums?: Readonly<Record<string, string>>;
}
