/** Puts what is known of the authority where a rendered file wants it. */
import type { Trust } from "./certificate-facts.ts";
import {
  AUTHORITY_BASE64,
  AUTHORITY_CERTIFICATE,
  AUTHORITY_EACH,
  AUTHORITY_END,
  AUTHORITY_FINGERPRINT,
  AUTHORITY_UUIDS,
} from "./resource.ts";

const EACH = new RegExp(`${AUTHORITY_EACH}\\n([^]*?)${AUTHORITY_END}\\n`, "g");

export function fillAuthority(content: string, authority: Trust): string {
  if (!content.includes("@AUTHORITY_")) return content;
  const all = split(authority);
  return fillOne(
    content.replace(EACH, (_, lines: string) => all.map((one) => fillOne(lines, one)).join("")),
    authority,
  );
}

function split({ pem, fingerprint }: Trust): readonly Trust[] {
  const pems = pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  const fingerprints = fingerprint.split(",");
  return pems.map((one, index) => ({ pem: one, fingerprint: fingerprints[index] ?? "" }));
}

function fillOne(content: string, authority: Trust): string {
  const [first] = split(authority);
  const hex = (first?.fingerprint ?? "").replaceAll(":", "").toLowerCase();
  return content
    .replaceAll(AUTHORITY_CERTIFICATE, authority.pem.trim())
    .replaceAll(AUTHORITY_FINGERPRINT, authority.fingerprint)
    .replaceAll(AUTHORITY_BASE64, (first?.pem ?? "").replace(/-----[^-]+-----|\s/g, ""))
    .replaceAll(AUTHORITY_UUIDS[0], uuid(hex.slice(0, 32)))
    .replaceAll(AUTHORITY_UUIDS[1], uuid(hex.slice(32, 64)));
}

/** Version 8 of RFC 9562: bits of one's own choosing. */
function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-8$3-8$4-$5").toUpperCase();
}
