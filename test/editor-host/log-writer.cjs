// Takes the place of VS Code's native writer of log files, `@vscode/spdlog`, which would have to be compiled where the
// editor host is installed. Without one nothing comes into an output channel with levels.
const { createWriteStream, mkdirSync } = require('node:fs');
const path = require('node:path');

const levels = /** @type {const} */ (['trace', 'debug', 'info', 'warning', 'error', 'critical']);

class Logger {
  /** @type {import('node:fs').WriteStream} */
  #file;
  #level = 0;
  #bare = false;

  /** @param {string} file */
  constructor(file) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#file = createWriteStream(file, { flags: 'a' });
  }

  /** @param {string} text */
  trace = (text) => this.#write(0, text);
  /** @param {string} text */
  debug = (text) => this.#write(1, text);
  /** @param {string} text */
  info = (text) => this.#write(2, text);
  /** @param {string} text */
  warn = (text) => this.#write(3, text);
  /** @param {string} text */
  error = (text) => this.#write(4, text);
  /** @param {string} text */
  critical = (text) => this.#write(5, text);

  getLevel() {
    return this.#level;
  }

  /** @param {number} level */
  setLevel(level) {
    this.#level = level;
  }

  /** VS Code has but one: the time, the level, the text. */
  setPattern() {
    this.#bare = false;
  }

  clearFormatters() {
    this.#bare = true;
  }

  flush() {}

  drop() {
    this.#file.end();
  }

  /**
   * @param {number} level
   * @param {string} text
   */
  #write(level, text) {
    if (level < this.#level) return;
    this.#file.write(this.#bare ? text : `${time()} [${levels[level] ?? ''}] ${text}\n`);
  }
}

function time() {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1).replace('T', ' ');
}

/**
 * @param {string} _name
 * @param {string} file
 */
function createLogger(_name, file) {
  return Promise.resolve(new Logger(file));
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
