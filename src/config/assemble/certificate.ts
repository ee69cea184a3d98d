/** Where the site's certificate comes from, with the places of the paths: their files are looked at later. */
import type { AbsolutePath } from "../../model/names.ts";
import type { StackCertificate, WrittenPath } from "../../model/stack-certificate.ts";
import type { WrittenSite } from "../draft.ts";
import { writtenAt } from "../report.ts";

export function buildCertificate({ header, stack }: WrittenSite): StackCertificate {
  const { certificate, key, authority, tailscale, ...written } = header.certificate;
  const place = (name: string) => writtenAt(stack, ["certificate", name]);
  const at = (name: string, path: string): WrittenPath => ({ path: path as AbsolutePath, at: place(name) });
  return {
    leafDays: written.leaf_days,
    renewBeforeDays: written.renew_before_days,
    authorityDays: written.authority_days,
    address: written.address,
    own:
      written.source === "own" && certificate !== undefined && key !== undefined
        ? {
            certificate: at("certificate", certificate),
            key: at("key", key),
            authority: authority === undefined ? undefined : at("authority", authority),
          }
        : undefined,
    tailscale: tailscale === undefined ? undefined : { host: tailscale, at: place("tailscale") },
  };
}
