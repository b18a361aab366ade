/** How deep a stack may be that is looked at: below Node's own frames stands the module's. */
const mostFrames = 50;

/** The stack of what the thread does at this moment, above which it was asked in between; source maps applied. */
export function stackHere(): string {
  const { stackTraceLimit } = Error;
  // A module may have put its own in the place of Node's.
  const own = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const holder: { stack?: string } = {};
  try {
    Error.stackTraceLimit = mostFrames;
    Reflect.deleteProperty(Error, 'prepareStackTrace');
    Error.captureStackTrace(holder, stackHere);
    return String(holder.stack);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (own) Object.defineProperty(Error, 'prepareStackTrace', own);
  }
}
