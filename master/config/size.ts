const factors: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1000,
  kib: 1024,
  m: 1e6,
  mb: 1e6,
  mib: 1024 ** 2,
  g: 1e9,
  gb: 1e9,
  gib: 1024 ** 3,
  t: 1e12,
  tb: 1e12,
  tib: 1024 ** 4,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
  ti: 1024 ** 4,
};

/** Bytes of an integer or of a text with a unit ("256MB", "1GiB"); undefined when it is neither. */
export function parseSize(value: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(String(value).trim());
  const factor = factors[match?.[2]?.toLowerCase() ?? ''];
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined;
}

/** The size people mean by "256 megabytes" or "1 gig"; undefined when nobody could tell. */
export function guessSize(text: string): string | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(k|m|g|t)[a-z]*$/i.exec(text.trim());
  return match ? `${match[1] ?? ''}${(match[2] ?? '').toUpperCase().replace('K', 'k')}B` : undefined;
}
