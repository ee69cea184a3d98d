/** Ids as RFC 9562 has them in its version 7: the time first, so that they sort as they were made. */

/** `bytes`: 10 random ones. */
export function uuid7(now: Date, bytes: Uint8Array): string {
  const time = now.getTime().toString(16).padStart(12, "0");
  const byte = (at: number) => bytes[at] ?? 0;
  const random = [0x70 | (byte(0) & 0x0f), byte(1), 0x80 | (byte(2) & 0x3f), ...bytes.subarray(3, 10)];
  const hex = time + random.map((one) => one.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
