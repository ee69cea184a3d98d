/** Whom a client of this site trusts, for programs of the host that ask as clients do. */
import type { ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";

const MAX_PEM_BYTES = 64 * 1024;

/**
 * Undefined: whoever everybody trusts. Root's own copy of the authority and not the published one, which lies in a tree of the
 * proxy's user.
 */
export async function readTrust({ files, host }: System, { certificate }: ServiceIndex): Promise<string | undefined> {
  if (certificate === undefined) return undefined;
  const { own, authorityCertificate } = certificate.wanted;
  if (own === undefined) return files.read(authorityCertificate, MAX_PEM_BYTES);
  return own.authority === undefined ? undefined : host.readTrusted(own.authority);
}
