const loads = new Map<string, number>();

/**
 * The address a file's code goes by inside this thread: its URL, from the second load on with the number of the load.
 * Two scripts of one address are one to debuggers, and the breakpoints of the older are lost.
 */
export function loadAddress(url: string): string {
  const number = (loads.get(url) ?? 0) + 1;
  loads.set(url, number);
  return number === 1 ? url : `${url}?${number}`;
}

/** Takes the numbers out of the places a text names, so that people and editors can follow them to the file. */
export function withoutLoadNumbers(text: string): string {
  return text.includes('?') ? text.replaceAll(/(\.[cm]?[jt]sx?)\?\d+(?=:\d)/g, '$1') : text;
}
