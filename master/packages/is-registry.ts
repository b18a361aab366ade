/** Whether a repository is a registry on a network, and not a folder. */
export function isRegistry(place: string): boolean {
  return /^https?:\/\//.test(place);
}
