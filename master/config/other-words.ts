/** What other tools call a key, told by its name there: the first that the mapping knows is meant. No misspelling leads from one to the other. */
const otherWords: Readonly<Record<string, readonly string[]>> = {
  name: ['id'],
  script: ['executable_path', 'module_path'],
  program: ['executable_path'],
  file: ['module_path', 'path'],
  instances: ['replicas'],
  scale: ['replicas'],
  numprocs: ['replicas'],
  schedule: ['cron'],
  requires: ['depends_on'],
  needs: ['depends_on'],
  delay: ['retry_delay', 'initial_delay'],
  attempts: ['max_retries', 'retries'],
  url: ['endpoint'],
  stop_grace_period: ['graceful_timeout'],
  kill_timeout: ['graceful_timeout'],
};

/** The key that a word of another tool means, of those that may be written. */
export function meantBy(word: string, known: readonly string[]): string | undefined {
  return otherWords[word.toLowerCase()]?.find((one) => known.includes(one));
}
