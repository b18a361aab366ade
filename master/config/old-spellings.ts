/**
 * Keys that older files and documents write and no reader accepts any more, each with what it may be now: the first
 * one that the mapping knows.
 */
export const oldSpellings: Readonly<Record<string, readonly string[]>> = {
  worker_type: ['profile_type'],
  process_type: ['type'],
  worker_type_multipliers: ['worker_profile_multipliers'],
  max_attempts: ['max_retries'],
  cooldown_period: ['retry_delay'],
  restart_delay: ['retry_delay'],
  backoff_multiplier: ['backoff_rate'],
  strategy: ['policy', 'restart_policy'],
  command: ['executable_path'],
  executable: ['executable_path', 'process'],
  arguments: ['args'],
  env: ['environment'],
  cwd: ['working_directory'],
  limit_bytes: ['max_rss'],
  limit_percent: ['max_percent'],
  max_memory_mb: ['limit_mb'],
  max_cpu_percent: ['max_percent'],
  max_open_files: ['max_file_descriptors'],
  memory_limits: ['memory'],
  cpu_limits: ['cpu'],
  process_limits: ['process'],
  resource_limits: ['limits'],
  startup_timeout: ['start_timeout'],
  shutdown_timeout: ['graceful_timeout'],
  stop_timeout: ['graceful_timeout'],
  log_config: ['log_collection'],
};
