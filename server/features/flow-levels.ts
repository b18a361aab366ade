import { unquote } from './line-parts.ts';

export interface FlowLevel {
  readonly kind: 'map' | 'list';
  /** Key whose value is being written. */
  key?: string;
  readonly keys: string[];
  /** Start of the current word. */
  from: number;
}

/** The brackets that are open at the end of a text, outermost first; undefined when none is. */
export function openFlow(content: string): FlowLevel[] | undefined {
  if (!/^(?:[&!]\S*\s+)*[[{]/.test(content)) return undefined;
  const open: FlowLevel[] = [];
  let quote = '';
  for (let index = 0; index < content.length; index++) {
    const char = content.charAt(index);
    const top = open.at(-1);
    if (quote !== '') {
      if (char === quote) quote = '';
      continue;
    }
    if (char === '"' || char === "'") quote = char;
    else if (char === '[' || char === '{')
      open.push({ kind: char === '[' ? 'list' : 'map', keys: [], from: index + 1 });
    else if (char === ']' || char === '}') open.pop();
    else if (char === ',' && top) {
      delete top.key;
      top.from = index + 1;
    } else if (char === ':' && top?.kind === 'map' && /\s|^$/.test(content.charAt(index + 1))) {
      top.key = unquote(content.slice(top.from, index).trim());
      top.keys.push(top.key);
      top.from = index + 1;
    }
  }
  return open.length > 0 ? open : undefined;
}
