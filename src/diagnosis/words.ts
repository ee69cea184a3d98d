/** Lists as people read them, and which hints are commands. */

/** "a, b and c"; of many the first few. */
export function listed(names: readonly string[], most = 8): string {
  if (names.length > most) return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Hints of other rooms are one or the other. */
export function isCommand(hint: string): boolean {
  return /^(sudo|svc|findmnt|df|nvidia-ctk) /.test(hint);
}
