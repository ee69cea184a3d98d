/** A whole number that somebody typed. */
import { userError } from "../model/diagnostic.ts";

export function whole(flag: string, text: string, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw userError("bad-value", `${flag}: wanted a whole number from 1 to ${most}, found ${text}`);
}
