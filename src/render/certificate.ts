/** The site's certificate: where authority and leaf lie, what the leaf is for, and which units serve it. */

import type { DesiredCertificate } from "../model/desired-certificate.ts";
import type { AbsolutePath } from "../model/names.ts";
import { STATE_ROOT } from "../model/places.ts";
import type { DesiredUnit } from "../model/resource.ts";
import type { Stack } from "../model/service.ts";
import { hostOwner } from "./owners.ts";
import { type Site, TAILSCALE_FILES } from "./site.ts";

/** The wildcard leaf lives in the tree of the service that ends TLS; the authority's key stays with root. */
export function desiredCertificate(
  stack: Stack,
  site: Site,
  units: readonly DesiredUnit[],
): DesiredCertificate | undefined {
  const proxy = stack.services.find((service) => service.terminatesTls !== undefined);
  if (proxy?.terminatesTls === undefined) return undefined;
  const { certificateDirectory, authorityDirectory } = proxy.terminatesTls;
  const account = site.identities.get(proxy.account.user);
  if (account === undefined) throw new Error(`no identity for ${proxy.account.user}`);
  const { own, leafDays, renewBeforeDays, authorityDays } = stack.certificate;
  const leafFile = (name: string) => `${certificateDirectory}/${name}` as AbsolutePath;
  const directory = proxy.directories.find(({ path }) => path === certificateDirectory);
  return {
    service: proxy.name,
    zone: stack.domain,
    names: [`*.${stack.domain}`, stack.domain],
    addresses: stack.certificate.address ? [site.address] : [],
    own: own && {
      certificate: own.certificate.path,
      key: own.key.path,
      authority: own.authority?.path,
    },
    tailscale:
      site.tailscaleName === undefined
        ? undefined
        : {
            name: site.tailscaleName,
            key: leafFile(`${TAILSCALE_FILES}.key`),
            certificate: leafFile(`${TAILSCALE_FILES}.crt`),
          },
    authorityKey: `${STATE_ROOT}/ca/ca.key` as AbsolutePath,
    authorityCertificate: `${STATE_ROOT}/ca/ca.crt` as AbsolutePath,
    nextKey: `${STATE_ROOT}/ca/next.key` as AbsolutePath,
    nextCertificate: `${STATE_ROOT}/ca/next.crt` as AbsolutePath,
    leafKey: leafFile("leaf.key"),
    leafCertificate: leafFile("leaf.crt"),
    // The directory says which id inside the container reads the key.
    owner: hostOwner(account, directory?.owner ?? { uid: 0, gid: 0 }),
    leafDays,
    renewBeforeDays,
    authorityDays,
    publishedCertificate: `${authorityDirectory}/ca.crt` as AbsolutePath,
    units: units
      .filter((unit) => unit.service === proxy.name && unit.kind === "container")
      .map((unit) => ({ user: unit.user, unit: unit.unit })),
  };
}

/** The zone itself and each name below it that a client can ask for. */
export function servedNames(stack: Stack): readonly string[] {
  const hosts = stack.services.flatMap((service) => service.routes.map((route) => `${route.host}.${stack.domain}`));
  return [stack.domain, ...hosts];
}
