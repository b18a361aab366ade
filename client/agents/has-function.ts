/** Whether an interface of the editor has this function: older editors, and those built of their parts, may not. */
export function hasFunction(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}
