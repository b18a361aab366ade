// Made of schemas/*.json by the build; test/schemas.test.ts compares.

/** A Go duration: a number with a unit, such as "30s", "1h30m" or "500ms". Units: ns, us, ms, s, m, h. */
export type Duration = string;

/** Bytes as an integer, or a string with a unit: "256MB", "1GiB". */
export type Size = number | string;

/** Environment variables: a mapping, or a list of "NAME=value". */
export type Environment = Readonly<Record<string, string | number | boolean | null>> | readonly (string)[];

/** The package this worker runs, as "name:version". The version may be a range such as "^1.2.0"; without one the newest is taken. */
export type PackageReference = string;

/** How the worker runs as a process. Keys not written here are taken from its package. */
export type Execution = {
  readonly executable_path?: string;
  readonly args?: readonly (string)[];
  readonly environment?: Environment;
  readonly env_file?: string;
  readonly working_directory?: string;
  readonly wait_delay?: Duration;
};

/** How the worker runs as a module, inside the master's process. Keys not written here are taken from its package. */
export type Module = {
  readonly module_path?: string;
  readonly entry_point?: string;
  readonly module_name?: string;
  readonly isolation?: "shared" | "thread";
  readonly config?: Readonly<Record<string, unknown>>;
  readonly args?: readonly (string)[];
  readonly environment?: Environment;
  readonly env_file?: string;
  readonly permissions?: {
    readonly fs_read?: readonly (string)[];
    readonly fs_write?: readonly (string)[];
    readonly child_process?: boolean;
    readonly addons?: boolean;
  };
};

/** When the check runs. */
export type RunOptions = {
  readonly enabled?: boolean;
  readonly interval?: Duration;
  readonly timeout?: Duration;
  readonly initial_delay?: Duration;
  readonly retries?: number;
};

/** How the master asks whether the worker is well. */
export type HealthCheck = {
  readonly type?: "http" | "grpc" | "tcp" | "exec" | "process";
  readonly endpoint?: string;
  readonly interval?: Duration;
  readonly timeout?: Duration;
  readonly initial_delay?: Duration;
  readonly retries?: number;
  readonly failure_threshold?: number;
  readonly success_threshold?: number;
  readonly http?: {
    readonly url?: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string | number | boolean>>;
  };
  readonly grpc?: {
    readonly address?: string;
    readonly service?: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, unknown>>;
  };
  readonly tcp?: {
    readonly address?: string;
    readonly port?: number;
  };
  readonly exec?: {
    readonly command?: string;
    readonly args?: readonly (string)[];
  };
  readonly http_endpoint?: string;
  readonly run_options?: RunOptions;
};

/** How often and how fast a worker is restarted. */
export type RestartSettings = {
  readonly max_retries?: number;
  readonly retry_delay?: Duration;
  readonly backoff_rate?: number;
};

/** What happens when the worker ends by itself: never, on-failure, always or unless-stopped; or the policy together with its settings. */
export type Restart = {
  readonly policy?: RestartPolicy;
  readonly max_retries?: number;
  readonly retry_delay?: Duration;
  readonly backoff_rate?: number;
  readonly max_delay?: Duration;
  readonly jitter?: number;
  readonly window?: Duration;
  readonly cool_down?: Duration;
  readonly by_cause?: RestartByCause;
} | RestartPolicy;

/** What shows that the worker is ready, and so running: its health check, its own word (READY=1), a line of its log, or an open port. Everything written here must be shown. Default: its health check where it has one. */
export type Ready = {
  readonly log?: string;
  readonly port?: number;
  readonly notify?: boolean;
  readonly health?: boolean;
  readonly timeout?: Duration;
} | "health" | "notify";

/** The signal that asks the worker to end. */
export type StopSignal = "SIGTERM" | "SIGINT" | "SIGQUIT" | "SIGHUP" | "SIGUSR1" | "SIGUSR2" | "SIGKILL";

/** The only signals that the master may send to what it found running; with none listed, none. Without this key all that can_terminate calls for. */
export type AllowedSignals = readonly ("SIGTERM" | "SIGINT" | "SIGQUIT" | "SIGHUP" | "SIGUSR1" | "SIGUSR2" | "SIGKILL" | "SIGCONT")[];

/** How a process is asked to end: the signal, or a mapping with the signal or a command. What is left after graceful_timeout is killed. */
export type Stop = {
  readonly signal?: StopSignal;
  readonly command?: string;
  readonly args?: readonly (string)[];
} | StopSignal;

/** Where the worker can be reached, when it does not register this itself. */
export type Endpoints = readonly ({
  readonly name?: string;
  readonly type?: "url" | "function" | "ipc";
  readonly address: string;
})[];

/** Budgets by cause, and factors on them. What is left out has its default; without the whole block, even an empty one, the budget of restart is used for every cause and at once. */
export type RestartByCause = {
  readonly health_failures?: RestartSettings;
  readonly resource_violations?: RestartSettings;
  readonly severity_multipliers?: Readonly<Record<string, number>>;
  readonly profile_multipliers?: Readonly<Record<string, number>>;
  readonly startup_grace_period?: Duration;
};

/** Restart budgets by cause. */
export type ContextAwareRestart = {
  readonly default?: RestartSettings;
  readonly health_failures?: RestartSettings;
  readonly resource_violations?: RestartSettings;
  readonly severity_multipliers?: Readonly<Record<string, number>>;
  readonly worker_profile_multipliers?: Readonly<Record<string, number>>;
  readonly process_profile_multipliers?: Readonly<Record<string, number>>;
  readonly startup_grace_period?: Duration;
  readonly sustained_violation_time?: Duration;
  readonly spike_tolerance_time?: Duration;
};

/** Resource limits. A process can have all of them, a module in a thread of its own memory.max_rss (of its heap and buffers, watched) and cpu.max_percent, WebAssembly memory.max_rss (exact). Shared modules and native libraries cannot be limited. */
export type Limits = {
  readonly priority?: number;
  readonly cpu_shares?: number;
  readonly memory?: {
    readonly max_rss?: Size;
    readonly limit_mb?: number;
    readonly max_virtual?: Size;
    readonly max_swap?: Size;
    readonly warning_threshold?: number;
    readonly policy?: LimitPolicy;
  };
  readonly cpu?: {
    readonly max_percent?: number;
    readonly max_time?: Duration;
    readonly max_cores?: number;
    readonly warning_threshold?: number;
    readonly policy?: LimitPolicy;
  };
  readonly io?: {
    readonly weight?: number;
    readonly max_read_bps?: Size;
    readonly max_write_bps?: Size;
    readonly max_read_ops?: number;
    readonly max_write_ops?: number;
    readonly warning_threshold?: number;
    readonly policy?: LimitPolicy;
  };
  readonly process?: {
    readonly max_file_descriptors?: number;
    readonly max_child_processes?: number;
    readonly max_processes?: number;
    readonly warning_threshold?: number;
    readonly policy?: LimitPolicy;
  };
  readonly monitoring?: {
    readonly enabled?: boolean;
    readonly interval?: Duration;
    readonly sustained_violation_time?: Duration;
    readonly spike_tolerance_time?: Duration;
    readonly history_retention?: Duration;
    readonly alerting_enabled?: boolean;
  };
  readonly memory_limit?: Size;
  readonly max_memory?: Size;
};

/** What a broken limit does. Default: restart; in the older form with units: log. */
export type LimitPolicy = "none" | "log" | "alert" | "throttle" | "graceful_shutdown" | "immediate_kill" | "restart" | "restart_adjusted";

/** Where PID files are kept. */
export type ProcessFile = {
  readonly basedirectory?: string;
  readonly servicecontext?: "system" | "user" | "session";
  readonly appname?: string;
  readonly usesubdirectory?: boolean;
  readonly scenario?: "system" | "daemon" | "service" | "user" | "personal" | "session" | "desktop" | "development" | "dev" | "test";
};

/** What the worker is, for people: shown with it in the editor and in its snapshot, and found by the filter of the Workers view. */
export type Metadata = {
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  readonly tags?: readonly (string)[];
};

/** What happens when the worker ends by itself. */
export type RestartPolicy = "never" | "on-failure" | "always" | "unless-stopped";

/** How the process is run. */
export type ManagedControl = {
  readonly execution?: Execution;
  readonly process_file?: ProcessFile;
  readonly restart_policy?: RestartPolicy;
  readonly context_aware_restart?: ContextAwareRestart;
  readonly limits?: Limits;
  readonly graceful_timeout?: Duration;
  readonly log_collection?: Readonly<Record<string, unknown>>;
  readonly restart?: Readonly<Record<string, unknown>>;
};

/** A process executed by the master. */
export type ManagedUnit = {
  readonly metadata?: Metadata;
  readonly control: ManagedControl;
  readonly health_check?: HealthCheck;
};

/** A process executed by the master, which hands it a port. */
export type IntegratedUnit = {
  readonly metadata?: Metadata;
  readonly control: ManagedControl;
  readonly health_check_run_options?: RunOptions;
  readonly health_check?: HealthCheck;
};

/** How a running process is found. */
export type Discovery = {
  readonly method: "pid-file" | "process-name" | "port" | "service-name" | "pid_file" | "process_name" | "service_name";
  readonly pid_file?: string;
  readonly process_name?: string;
  readonly process_args?: readonly (string)[];
  readonly port?: number;
  readonly protocol?: "tcp" | "udp";
  readonly service_name?: string;
  readonly can_terminate?: boolean;
  readonly can_restart?: boolean;
  readonly allowed_signals?: AllowedSignals;
  readonly check_interval?: Duration;
};

/** A process that runs already and is only watched. */
export type UnmanagedUnit = {
  readonly metadata?: Metadata;
  readonly discovery: Discovery;
  readonly control?: {
    readonly can_terminate?: boolean;
    readonly can_restart?: boolean;
    readonly service_manager?: "systemd" | "windows" | "launchd";
    readonly service_name?: string;
    readonly allowed_signals?: AllowedSignals;
    readonly graceful_timeout?: Duration;
  };
  readonly health_check?: HealthCheck;
};

/** One worker. */
export type Worker = {
  readonly id: string;
  readonly type: "process" | "module" | "managed" | "unmanaged" | "integrated" | "standard_managed" | "integrated_managed";
  readonly enabled?: boolean;
  readonly group?: string;
  readonly package?: PackageReference;
  readonly execution?: Execution;
  readonly module?: Module;
  readonly environment?: Environment;
  readonly env_file?: string;
  readonly port?: number;
  readonly endpoints?: Endpoints;
  readonly health_check?: HealthCheck;
  readonly replicas?: number;
  readonly ready?: Ready;
  readonly stop?: Stop;
  readonly depends_on?: readonly (string)[];
  readonly restart?: Restart;
  readonly limits?: Limits;
  readonly run?: "service" | "once";
  readonly cron?: string;
  readonly start_timeout?: Duration;
  readonly graceful_timeout?: Duration;
  readonly profile_type?: "batch" | "web" | "database" | "worker" | "scheduler" | "default";
  readonly metadata?: Metadata;
  readonly discovery?: Discovery;
  readonly resources?: Limits;
  readonly executable_path?: string;
  readonly args?: readonly (string)[];
  readonly module_type?: "native" | "plugin";
  readonly module_name?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly unit?: {
    readonly managed?: ManagedUnit;
    readonly unmanaged?: UnmanagedUnit;
    readonly integrated?: IntegratedUnit;
    readonly standard_managed?: ManagedUnit;
    readonly integrated_managed?: IntegratedUnit;
  };
  readonly management?: {
    readonly managed?: ManagedUnit;
    readonly unmanaged?: UnmanagedUnit;
    readonly integrated?: IntegratedUnit;
    readonly standard_managed?: ManagedUnit;
    readonly integrated_managed?: IntegratedUnit;
  };
};

/** What the master itself keeps of each worker's output. */
export type LogStore = {
  readonly max_size?: string | number;
  readonly when_full?: "drop_oldest" | "block";
};

/** Where lines go. */
export type LogTarget = {
  readonly type?: "file" | "stdout" | "stderr" | "syslog" | "elasticsearch" | "master_stdout" | "process_manager_stdout" | "process_manager_stderr";
  readonly path?: string;
  readonly format?: "plain" | "enhanced_plain" | "json" | "structured_json";
  readonly prefix?: string;
  readonly rotation?: {
    readonly max_size?: string | number;
    readonly max_files?: number;
    readonly max_age?: Duration;
  };
  readonly authentication?: {
    readonly type?: "basic" | "token" | "certificate";
    readonly username?: string;
    readonly password?: string;
    readonly token?: string;
    readonly cert_file?: string;
    readonly key_file?: string;
  };
  readonly config?: Readonly<Record<string, unknown>>;
};

/** A parser. */
export type LogStep = {
  readonly type?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly enabled?: boolean;
};

/** Where the workers' lines are written besides the master's own store. */
export type LogCollection = {
  readonly enabled?: boolean;
  readonly global_aggregation?: {
    readonly enabled?: boolean;
    readonly targets?: readonly (LogTarget)[];
  };
  readonly enhancement?: {
    readonly enabled?: boolean;
    readonly parsers?: readonly (LogStep)[];
    readonly metadata?: {
      readonly add_master_id?: boolean;
      readonly add_process_manager_id?: boolean;
      readonly add_hostname?: boolean;
      readonly add_timestamp?: boolean;
      readonly add_sequence?: boolean;
      readonly add_line_number?: boolean;
    };
    readonly enrichers?: readonly (LogStep)[];
  };
  readonly default_worker?: {
    readonly enabled?: boolean;
    readonly capture_stdout?: boolean;
    readonly capture_stderr?: boolean;
    readonly store?: LogStore;
    readonly buffering?: {
      readonly size?: string | number;
      readonly flush_interval?: Duration;
      readonly max_lines?: number;
    };
    readonly processing?: {
      readonly parse_structured?: boolean;
      readonly add_metadata?: boolean;
      readonly filters?: {
        readonly exclude_patterns?: readonly (string)[];
        readonly include_patterns?: readonly (string)[];
        readonly level_filter?: "trace" | "debug" | "info" | "warn" | "warning" | "error" | "fatal";
      };
      readonly parsers?: readonly (LogStep)[];
    };
    readonly outputs?: {
      readonly separate?: {
        readonly stdout?: readonly (LogTarget)[];
        readonly stderr?: readonly (LogTarget)[];
      };
      readonly forwarding?: readonly (LogTarget)[];
    };
  };
  readonly default?: {
    readonly enabled?: boolean;
    readonly capture_stdout?: boolean;
    readonly capture_stderr?: boolean;
    readonly store?: LogStore;
    readonly buffering?: {
      readonly size?: string | number;
      readonly flush_interval?: Duration;
      readonly max_lines?: number;
    };
    readonly processing?: {
      readonly parse_structured?: boolean;
      readonly add_metadata?: boolean;
      readonly filters?: {
        readonly exclude_patterns?: readonly (string)[];
        readonly include_patterns?: readonly (string)[];
        readonly level_filter?: "trace" | "debug" | "info" | "warn" | "warning" | "error" | "fatal";
      };
      readonly parsers?: readonly (LogStep)[];
    };
    readonly outputs?: {
      readonly separate?: {
        readonly stdout?: readonly (LogTarget)[];
        readonly stderr?: readonly (LogTarget)[];
      };
      readonly forwarding?: readonly (LogTarget)[];
    };
  };
  readonly system?: {
    readonly worker_directory?: string;
    readonly process_directory?: string;
    readonly buffer_size?: string | number;
    readonly flush_interval?: Duration;
    readonly max_workers?: number;
    readonly max_managed_processes?: number;
    readonly metrics?: {
      readonly enabled?: boolean;
      readonly interval?: Duration;
      readonly targets?: readonly (LogTarget)[];
    };
  };
} | null;

/** The workers one master runs. */
export type WorkersFile = {
  readonly workers?: readonly (Worker)[] | null;
  readonly managed_processes?: readonly (Worker)[] | null;
  readonly master?: {
    readonly port?: number;
    readonly log_level?: "debug" | "info" | "warn" | "error" | "trace";
    readonly metrics_port?: number;
    readonly module_host?: {
      readonly slow_after?: Duration;
      readonly blocked_after?: Duration;
      readonly max_memory?: Size;
    };
    readonly force_shutdown_timeout?: Duration;
    readonly base_directory?: string;
  };
  readonly process_manager?: {
    readonly port?: number;
    readonly log_level?: "debug" | "info" | "warn" | "error" | "trace";
    readonly force_shutdown_timeout?: Duration;
    readonly base_directory?: string;
  };
  readonly log_collection?: LogCollection;
  readonly package_manager?: Readonly<Record<string, unknown>>;
  readonly global?: {
    readonly module_defaults?: Readonly<Record<string, unknown>>;
    readonly process_defaults?: Readonly<Record<string, unknown>>;
  };
  readonly runtime?: Readonly<Record<string, unknown>>;
  readonly modules?: readonly (unknown)[];
};

/** What a package is and how it is deployed. */
export type PackageManifest = {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly supported_types?: readonly ("process" | "module")[];
  readonly process?: {
    readonly executable_path: string;
    readonly args?: readonly (string)[];
  };
  readonly module?: {
    readonly module_path: string;
    readonly entry_point?: string;
  };
  readonly executable?: {
    readonly path: string;
    readonly args?: readonly (string)[];
  };
  readonly dependencies?: readonly ({
    readonly name: string;
    readonly version?: string;
  })[];
  readonly health_check?: {
    readonly type?: "http" | "grpc" | "tcp" | "exec" | "process";
    readonly endpoint?: string;
    readonly interval?: Duration;
    readonly timeout?: Duration;
    readonly initial_delay?: Duration;
    readonly retries?: number;
    readonly failure_threshold?: number;
    readonly success_threshold?: number;
    readonly http?: {
      readonly url?: string;
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string | number | boolean>>;
    };
    readonly grpc?: {
      readonly address?: string;
      readonly service?: string;
      readonly method?: string;
      readonly headers?: Readonly<Record<string, unknown>>;
    };
    readonly tcp?: {
      readonly address?: string;
      readonly port?: number;
    };
    readonly exec?: {
      readonly command?: string;
      readonly args?: readonly (string)[];
    };
  };
  readonly debug?: {
    readonly type: string;
    readonly request?: string;
  };
  readonly config_schema?: Readonly<Record<string, unknown>>;
  readonly checksums?: Readonly<Record<string, string>>;
  readonly resources?: {
    readonly min_memory?: Size;
    readonly min_disk?: Size;
  };
  readonly metadata?: {
    readonly required_interfaces?: readonly (string)[];
    readonly provided_services?: readonly (string)[];
    readonly resource_hints?: {
      readonly min_memory_mb?: number;
      readonly min_cpu_percent?: number;
      readonly max_goroutines?: number;
    };
  };
};
