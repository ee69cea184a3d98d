/** Amounts of memory and disk, in bytes. */

export const GIB = 1024 ** 3;

/** "2g", "512m": as podman takes it, in powers of 1024; 0 for what is none. */
export function parseSize(text: string): number {
  const [, digits, unit = ""] = /^(\d+)([bkmgt]?)/i.exec(text) ?? [];
  return digits === undefined ? 0 : Number(digits) * 1024 ** Math.max(0, "bkmgt".indexOf(unit.toLowerCase() || "b"));
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** "3.1 GB": in powers of 1000. */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${UNITS[power]}`;
}
