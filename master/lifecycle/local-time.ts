/** The time of day of a moment (ISO 8601) on the clock of whoever reads it: "12:00:08". */
export function timeOfDay(moment: string): string {
  return new Date(moment).toTimeString().slice(0, 8);
}

/** Its day too, to the minute: "2026-01-31 12:00". */
export function dayAndTime(moment: string): string {
  const at = new Date(moment);
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${day.join('-')} ${timeOfDay(moment).slice(0, 5)}`;
}
