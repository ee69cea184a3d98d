/**
 * Takes secrets out of text that is handed to others: values that are known, and what looks like one by its shape or by the
 * name in front of it. Rather too much goes than too little: whoever reads it asks again, and a token that is out is out.
 */
import { redactNamed } from "./redact-named.ts";

const GONE = "[redacted]";
/** A shorter one is a word that stands everywhere, and a password of that length is none. */
const SHORTEST = 6;

/** By the prefixes that their makers give them, so that anybody sees what they are. */
const PREFIXED =
  /\b(?:hf_|sk-|sk_|pk_|rk_|ghp_|gho_|ghu_|ghs_|ghr_|github_pat_|glpat-|xox[a-z]-|tskey-|npm_|pypi-|dop_v1_|AIza|AKIA|ASIA|SG\.|lin_api_|nvapi-|gsk_|whsec_)[A-Za-z0-9_.-]{8,}/g;
/** Three parts of base64: header, claims, signature. */
const JSON_WEB_TOKEN = /\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g;
/** Up to its end, or where that was cut off to the end of the text. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g;
/** What a request says in front of the site that it is for. */
const HEADER = /\b((?:proxy-)?authorization|x-api-key|x-auth-token|(?:set-)?cookie)(["']?\s*[:=]\s*)[^\n]+/gi;
const SCHEME = /\b(bearer|basic)([ \t]+)[A-Za-z0-9+/=._~-]{6,}/gi;
/** The last @ counts: a password may hold one, and a slash. */
const IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/"'<>:@]*):([^\s"'<>]*)@/gi;
const TOKEN_IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/"'<>:@]{12,}@/gi;
const CURL_USER = /(\s(?:-u|--user|--proxy-user)[= ]["']?[^\s:"']+:)[^\s"']+/g;
/** Digits, small and capital letters: neither a digest nor the name of anything. */
const RANDOM =
  /(?<![A-Za-z0-9_/.-])(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{32,}={0,2}/g;

/** Of a key whose first line is not here, and of whatever else is written so. */
const BASE64 = /(?<![A-Za-z0-9+/])(?=[A-Za-z+/]*\d)(?=[A-Z0-9+/]*[a-z])(?=[a-z0-9+/]*[A-Z])[A-Za-z0-9+/]{40,}={0,2}/g;

/** No more than `most` characters of it, from the end: there a log says why. */
export function redact(text: string, known: readonly string[], most = Number.POSITIVE_INFINITY): string {
  // Known ones first, and keys of many lines: who cuts in the middle of one would keep its half.
  const whole = replaceKnown(text, known).replace(PRIVATE_KEY, GONE);
  return redactNamed(lastOf(shortLines(whole), most), GONE)
    .replace(HEADER, `$1$2${GONE}`)
    .replace(SCHEME, `$1$2${GONE}`)
    .replace(IN_URL, `$1$2:${GONE}@`)
    .replace(TOKEN_IN_URL, `$1${GONE}@`)
    .replace(CURL_USER, `$1${GONE}`)
    .replace(PREFIXED, GONE)
    .replace(JSON_WEB_TOKEN, GONE)
    .replace(BASE64, GONE)
    .replace(RANDOM, GONE);
}

/** What comes behind is no text for people, and patterns take long for it. */
const LONGEST_LINE = 2_000;

function shortLines(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} [cut]` : line))
    .join("\n");
}

function lastOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = text.slice(-most);
  // From the next line on: half a line may hold half a secret.
  return `[${text.length - tail.length} characters left out]\n${tail.slice(tail.indexOf("\n") + 1)}`;
}

/** Longest first: one may be a part of another. */
function replaceKnown(text: string, known: readonly string[]): string {
  const forms = new Set(known.flatMap(formsOf).filter((form) => form.length >= SHORTEST));
  return [...forms].sort((a, b) => b.length - a.length).reduce((rest, form) => rest.replaceAll(form, GONE), text);
}

/** As it stands in an address, in JSON, in a unit file, in base64; of several lines each by itself, too. */
function formsOf(value: string): readonly string[] {
  const lines = [value, value.trim(), ...value.split(/\r?\n/).map((line) => line.trim())];
  return lines.flatMap((line) => [
    line,
    encodeURIComponent(line.replaceAll(/\p{Surrogate}/gu, "")),
    JSON.stringify(line).slice(1, -1),
    line.replaceAll("%", "%%").replaceAll("$", "$$$$"),
    ...base64Of(line),
  ]);
}

/** As it is, and with a line end or a name in front of it: "user:password" has its middle at any of three places. */
function base64Of(line: string): readonly string[] {
  const bytes = new TextEncoder().encode(line);
  return [0, 1, 2].map((shift) => {
    const padded = new Uint8Array(bytes.length + shift);
    padded.set(bytes, shift);
    const text = btoa(Array.from(padded, (byte) => String.fromCharCode(byte)).join(""));
    // What depends on the neighbours is left out at both ends.
    return text.replace(/=+$/, "").slice(shift === 0 ? 0 : 4, (bytes.length + shift) % 3 === 0 ? undefined : -1);
  });
}
