/** A value of more objects is left to V8's format: here each is compared with all before it. */
const mostObjects = 16;

/** Whether JSON carries a value exactly as it is: what it cannot say, or would say twice, is not so. */
export function isJson(value: unknown, seen: object[] = []): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || isJsonObject(value, seen);
    default:
      return false;
  }
}

function isJsonObject(value: object, seen: object[]): boolean {
  if (seen.length === mostObjects || seen.includes(value)) return false;
  seen.push(value);
  if (Array.isArray(value)) {
    // By index: a hole is no value.
    for (let index = 0; index < value.length; index++) if (!isJson(value[index], seen)) return false;
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key in value) if (!isJson(Reflect.get(value, key), seen)) return false;
  return true;
}
