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

const MEMORY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** "79.6 GiB", "512 MiB": memory, in powers of 1024, as the cards and limits are sold. */
export function memoryText(bytes: number): string {
  const power = Math.min(MEMORY_UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${MEMORY_UNITS[power]}`;
}
