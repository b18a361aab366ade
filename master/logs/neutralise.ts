/** CSI, OSC and the other string sequences of ECMA-48, in 7-bit form, ended or cut off by the end of the line. */
const sequence = /\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_](?:[^\x07\x1b]|\x1b(?!\\))*(?:\x07|\x1b\\)?|[ -/]*[0-~]?)/g;
const colour = /^\x1b\[[0-9;:]*m$/;
const control = /[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A line made safe to show: sequences that move the cursor, change the title or the clipboard are taken out, other
 * control characters, also those that turn the direction of text, are shown as what they are. Colours stay if asked.
 */
export function neutralise(text: string, options: { readonly colours: boolean } = { colours: false }): string {
  const clean = text.replace(sequence, (found) => (options.colours && colour.test(found) ? found : ''));
  return clean.replace(control, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** The same for a text of several lines, which stay. */
export function neutraliseText(text: string): string {
  return text
    .split('\n')
    .map((line) => neutralise(line))
    .join('\n');
}

/** What JSON leaves as it is, and a terminal obeys. */
const leftInJson = /[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** JSON that means the same and moves nothing on a terminal. */
export function inertJson(value: unknown, replacer?: (key: string, value: unknown) => unknown): string | undefined {
  const json = JSON.stringify(value, replacer) as string | undefined;
  return json?.replace(leftInJson, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
