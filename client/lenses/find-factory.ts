/** The line, from 0, where a source exports a factory; undefined where it does not do so by this name. */
export function findFactory(text: string, name: string): number | undefined {
  const exact = name.replace(/\$/g, String.raw`\$`);
  const declared = String.raw`^\s*export\s+(?:default\s+)?(?:async\s+)?(?:function\s*\*?|const|let|var|class)\s+${exact}(?![\w$])`;
  const assigned = String.raw`^\s*(?:module\.)?exports\.${exact}\s*=`;
  const listed = String.raw`^\s*(?:async\s+)?(?:function\s*\*?|const|let|var|class)\s+${exact}(?![\w$])`;
  for (const pattern of [declared, assigned, listed]) {
    const found = new RegExp(pattern, 'm').exec(text);
    if (found) return text.slice(0, found.index + found[0].length).split('\n').length - 1;
  }
  return undefined;
}
