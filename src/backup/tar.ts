/** The frame of a backup: headers of a tar archive (POSIX ustar), so that a person without this program can open it. */

export const BLOCK = 512;
/** What ends an archive. */
export const END_BLOCKS = 2;
/** Eleven octal digits; more is written as GNU tar does, in binary. */
const LARGEST_OCTAL = 8 ** 11;

export interface Entry {
  readonly name: string;
  readonly size: number;
}

/** Of a regular file of root's alone. */
export function header({ name, size }: Entry, time: Date): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const text = (at: number, value: string): void => block.set(new TextEncoder().encode(value), at);
  if (name.length > 100) throw new Error(`too long for a header: ${name}`);
  text(0, name);
  text(100, "0000600\0");
  text(108, "0000000\0");
  text(116, "0000000\0");
  if (size < LARGEST_OCTAL) text(124, `${octal(size, 11)}\0`);
  else block.set(binary(size), 124);
  text(136, `${octal(Math.floor(time.getTime() / 1000), 11)}\0`);
  text(156, "0ustar\0");
  // The version stands behind the zero that ends the name.
  text(263, "00");
  text(148, `${octal(sumOf(block), 6)}\0 `);
  return block;
}

/** "end" for a block of zeros; undefined for what is no header. */
export function parseHeader(block: Uint8Array): Entry | "end" | undefined {
  if (block.length !== BLOCK) return undefined;
  if (block.every((byte) => byte === 0)) return "end";
  const written = Number.parseInt(textAt(block, 148, 8).trim(), 8);
  if (written !== sumOf(block)) return undefined;
  const size = (block[124] ?? 0) >= 0x80 ? fromBinary(block) : Number.parseInt(textAt(block, 124, 12).trim(), 8);
  return Number.isSafeInteger(size) && size >= 0 ? { name: textAt(block, 0, 100), size } : undefined;
}

/** Bytes until the next block begins. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function binary(size: number): Uint8Array {
  const field = new Uint8Array(12);
  new DataView(field.buffer).setBigUint64(4, BigInt(size));
  field[0] = 0x80;
  return field;
}

function fromBinary(block: Uint8Array): number {
  return Number(new DataView(block.buffer, block.byteOffset + 128, 8).getBigUint64(0));
}

/** With blanks in the place of the sum itself. */
function sumOf(block: Uint8Array): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function textAt(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}
