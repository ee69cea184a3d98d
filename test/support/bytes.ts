/** The way back from decodeBytes: text to the bytes that it was read from. */
export function encodeText(text: string): Uint8Array {
  if (!/[\uDC80-\uDCFF]/.test(text)) return new TextEncoder().encode(text);
  const parts = text.split(/((?<![\uD800-\uDBFF])[\uDC80-\uDCFF]+)/);
  const encoded = parts.map((part, index) =>
    index % 2 === 0 ? new TextEncoder().encode(part) : Uint8Array.from(part, (c) => c.charCodeAt(0) - 0xdc00),
  );
  const result = new Uint8Array(encoded.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of encoded) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
