/** Amounts of memory and disk, in bytes. */

export const GIB = 1024 ** 3;

/** "2g", "512m": as podman takes it, in powers of 1024; 0 for what is none. */
export function parseSize(text: string): number {
  const [, digits, unit = ""] = /^(\d+)([bkmgt]?)/i.exec(text) ?? [];
  return digits === undefined ? 0 : Number(digits) * 1024 ** Math.max(0, "bkmgt".indexOf(unit.toLowerCase() || "b"));
}
