/** Bytes to text, for any bytes, so that none is lost: what is no UTF-8 becomes a lone surrogate, which no UTF-8 can hold. */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** U+DC80 to U+DCFF stand for the bytes 80 to FF, as in Python's "surrogateescape". */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLoosely(bytes);
  }
}

function decodeLoosely(bytes: Uint8Array): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    if (at > from) parts.push(strict.decode(bytes.subarray(from, at)));
    parts.push(String.fromCharCode(0xdc00 + (bytes[at] ?? 0)));
    at++;
    from = at;
  }
  parts.push(strict.decode(bytes.subarray(from)));
  return parts.join("");
}

/** Of the character that starts here; 0 where none does: no overlong forms, no surrogates, nothing above U+10FFFF. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let next = at + 2; next < at + length; next++) {
    const byte = bytes[next] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}
