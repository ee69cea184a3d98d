/** Regular expressions that service files bring along. */

/** Undefined for what is none. */
export function compilePattern(text: string): RegExp | undefined {
  try {
    return new RegExp(text, "u");
  } catch {
    return undefined;
  }
}
