type Attributes = Readonly<Record<string, string | number | boolean | ((event: Event) => void)>>;
type Child = Node | string;

const svgNames = 'http://www.w3.org/2000/svg';

/** An element with its attributes and children; a function is listened with, `false` leaves an attribute out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  return fill(document.createElement(name), attributes, children);
}

/** The same in a picture. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  return fill(document.createElementNS(svgNames, name), attributes, children);
}

function fill<E extends Element>(target: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') target.addEventListener(name, value);
    else if (value !== false) target.setAttribute(name, value === true ? '' : String(value));
  }
  target.append(...children);
  return target;
}

/**
 * Puts new children in place of the old ones. Whoever had the focus, or had a fold open, has it again: known by the
 * `data-key` that old and new have in common.
 */
export function replaceChildren(parent: Element, children: readonly Child[]): void {
  const focused = parent.contains(document.activeElement) ? keyOf(document.activeElement) : undefined;
  const open = new Set([...parent.querySelectorAll('details[open]')].map(keyOf));
  parent.replaceChildren(...children);
  for (const fold of parent.querySelectorAll('details')) if (open.has(keyOf(fold))) fold.open = true;
  if (focused === undefined) return;
  for (const candidate of parent.querySelectorAll<HTMLElement | SVGElement>('[data-key]')) {
    if (keyOf(candidate) === focused) candidate.focus();
  }
}

function keyOf(of: Element | null): string | undefined {
  return of?.getAttribute('data-key') ?? undefined;
}
