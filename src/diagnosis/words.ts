/** Numbers and lists as people read them. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** "31.2 GiB", "512 MiB". */
export function bytes(count: number): string {
  let [value, unit] = [count, 0];
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** "a, b and c"; of many the first few. */
export function listed(names: readonly string[], most = 8): string {
  if (names.length > most) return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Hints of other rooms are one or the other. */
export function isCommand(hint: string): boolean {
  return /^(sudo|svc|findmnt|df|nvidia-ctk) /.test(hint);
}
