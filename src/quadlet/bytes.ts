/** Bytes to text and back, for any bytes: what is no UTF-8 becomes a lone surrogate, which no UTF-8 can hold. */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** U+DC80 to U+DCFF stand for the bytes 80 to FF, as in Python's "surrogateescape". */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLoosely(bytes);
  }
}

export function encodeText(text: string): Uint8Array {
  if (!/[\uDC80-\uDCFF]/.test(text)) return encoder.encode(text);
  const parts = text.split(/((?<![\uD800-\uDBFF])[\uDC80-\uDCFF]+)/);
  const encoded = parts.map((part, index) =>
    index % 2 === 0 ? encoder.encode(part) : Uint8Array.from(part, (c) => c.charCodeAt(0) - 0xdc00),
  );
  const result = new Uint8Array(encoded.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of encoded) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

export function isForeignByte(character: string): boolean {
  return /^[\uDC80-\uDCFF]$/.test(character);
}

function decodeLoosely(bytes: Uint8Array): string {
  let text = "";
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += strict.decode(bytes.subarray(from, at)) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at++;
    from = at;
  }
  return text + strict.decode(bytes.subarray(from));
}

/** Of the character that starts here; 0 where none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  try {
    strict.decode(bytes.subarray(at, at + length));
    return first >= 0xc2 && at + length <= bytes.length ? length : 0;
  } catch {
    return 0;
  }
}
