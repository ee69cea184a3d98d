/** The Handlebars helpers: each writes a value for one language, or refuses it, so that no value can change a file's structure. */
import { isIPv4 } from "node:net";
import encodeQR from "qr";
import { litellm } from "../gateway/litellm.ts";
import { userError } from "../model/diagnostic.ts";
import { MARK } from "../model/mark.ts";
import * as unit from "../quadlet/escape.ts";
import { dashboardJson } from "./dashboard.ts";

export type TemplateHelper = (...values: never[]) => unknown;

/** The mark, behind the comment sign of a file's language; a unit file says of which service, too. */
export function generated(...values: unknown[]): string {
  // Handlebars hands its options over as the last argument.
  const [service] = values.slice(0, -1);
  if (service === undefined) return `${MARK}; changes here are lost at the next run.`;
  const name = unit.text(String(service));
  return `${MARK} from the service "${name}". Changes here are lost; see /etc/install-quadlets/.`;
}

/** A word of an nginx configuration in double quotes. */
export function nginxString(value: unknown): string {
  const text = plainText(value, "an nginx string");
  // nginx has no escape for "$": "\$" still starts a variable (ngx_http_script_compile).
  if (text.includes("$")) refuse(value, "an nginx string: nginx cannot escape $");
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A URL path for an nginx location: "/v1/". */
export function nginxPath(value: unknown): string {
  return matching(value, /^\/[A-Za-z0-9._~/-]*$/, "a path for nginx");
}

/** A host name or a label of one; letters of other scripts must come as punycode ("xn--..."). */
export function dnsName(value: unknown): string {
  const text = matching(
    value,
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i,
    "a DNS name",
  );
  // A last label of digits only would be read as an address (RFC 1123 2.1).
  if (text.length > 253 || /(^|\.)\d+$/.test(text)) refuse(value, "a DNS name");
  return text;
}

export function ipv4(value: unknown): string {
  if (!isIpv4(value)) refuse(value, "an IPv4 address");
  return String(value);
}

export function port(value: unknown): string {
  return wholeNumber(value, 1, 65535, "a port");
}

/** How many of something. */
export function count(value: unknown): string {
  return wholeNumber(value, 1, 1_000_000, "a number");
}

/** A time span in whole seconds. */
export function seconds(value: unknown): string {
  return wholeNumber(value, 1, 31_536_000, "a number of seconds");
}

/** A size as nginx reads it: "100m", "2G", "0" for unlimited. */
export function size(value: unknown): string {
  return matching(value, /^\d{1,12}[kKmMgG]?$/, 'a size such as "100m"');
}

/** Text between XML or HTML tags, or inside a quoted attribute. */
export function xml(value: unknown): string {
  const text = plainText(value, "XML text");
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** One word of a POSIX shell. */
export function shell(value: unknown): string {
  return `'${plainText(value, "a shell word").replaceAll("'", `'\\''`)}'`;
}

/** What stands behind a comment sign, to the end of the line. */
export function comment(value: unknown): string {
  return plainText(value, "a comment");
}

/** A word that needs no quotes, in whatever language: a name, a path, a unit. */
export function bareWord(value: unknown): string {
  return matching(value, /^[A-Za-z0-9_.:@/+-]+$/, "a word without quotes");
}

/** Between the braces of a set of nftables: ports or ids, and ranges of them. One number is a set, too. */
export function nftSet(value: unknown): string {
  const elements = Array.isArray(value) ? value : [value];
  if (elements.length === 0) refuse(value, "a set of nftables");
  return elements.map((element) => matching(element, /^\d{1,10}(-\d{1,10})?$/, "an element of a set")).join(", ");
}

/** A JSON value that may also stand inside an HTML script element. */
export function json(value: unknown): string {
  return (JSON.stringify(value) ?? refuse(value, "JSON")).replace(/[<\u2028\u2029]/g, escapeUnicode);
}

/** The address of a page as a picture for a phone's camera: an SVG element. */
export function qrCode(...parts: unknown[]): string {
  const url = matching(parts.slice(0, -1).join(""), /^https?:\/\/[A-Za-z0-9.:/_-]{1,200}$/, "an address for a QR code");
  return encodeQR(url, "svg");
}

/**
 * Name servers that a resolver on `ownAddress` may ask: not itself (a loop), nothing on loopback (inside a container
 * that is the container) and no link-local address with a scope (the interface is not there).
 */
export function upstreams(nameservers: unknown, ownAddress: unknown): string[] {
  if (!Array.isArray(nameservers)) refuse(nameservers, "a list of name servers");
  const others = nameservers.filter((server) => server !== ownAddress && !/^127\.|^::1$|%/.test(String(server)));
  return [...new Set(others.map((server) => (isIpv4(server) ? server : matching(server, IPV6, "an IP address"))))];
}

/** What Handlebars hands to a helper that is a block. */
interface Block {
  readonly fn: (context: unknown) => string;
}

/** A block of panels in short form, as Grafana reads a dashboard. */
export function dashboard(this: unknown, uid: unknown, title: unknown, options: Block): string {
  const head = {
    uid: matching(uid, /^[a-z0-9-]{1,40}$/, "the uid of a dashboard"),
    title: plainText(title, "a title"),
    description: generated(options),
  };
  return dashboardJson(head, options.fn(this));
}

/** What the templates may call, by name. */
export const escapes: Readonly<Record<string, TemplateHelper>> = {
  generated,
  comment,
  bareWord,
  nftSet,
  nginxString,
  nginxPath,
  dnsName,
  ipv4,
  port,
  count,
  seconds,
  size,
  xml,
  shell,
  json,
  qrCode,
  dashboard,
  upstreams,
  litellm,
  args: (...values: never[]) => unit.args(...flatStrings(values)),
  words: (...values: never[]) => unit.words(...flatStrings(values)),
  assignment: (name: string, value: string) => unit.assignment(name, value),
  keyval: (name: string, value: string) => unit.keyval(name, value),
  line: (value: string) => unit.line(value),
  text: (value: string) => unit.text(value),
};

function flatStrings(values: readonly unknown[]): readonly string[] {
  return values.slice(0, -1).flat().map(String);
}

const IPV6 = /^(?=.*:.*:)[0-9a-fA-F:]{2,39}$/;

function isIpv4(value: unknown): boolean {
  return typeof value === "string" && isIPv4(value);
}

/** One line of printable text. */
function plainText(value: unknown, what: string): string {
  return matching(value, /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/, what);
}

function matching(value: unknown, pattern: RegExp, what: string): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : refuse(value, what);
  return pattern.test(text) ? text : refuse(value, what);
}

function wholeNumber(value: unknown, least: number, most: number, what: string): string {
  const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < least || number > most) refuse(value, what);
  return String(number);
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function refuse(value: unknown, what: string): never {
  const text = JSON.stringify(value) ?? String(value);
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  throw userError("cannot-be-written", `${shown} cannot be written as ${what}`);
}
