/** Makes the authority and the leaf, each key before its certificate, so that a torn pair is seen by the next run. */
import type { Trust } from "../model/certificate-facts.ts";
import { type CertificateFile, certificateFiles } from "../model/certificate-files.ts";
import type { AuthorityStep, Of } from "../model/change.ts";
import type { DesiredCertificate, OwnCertificatePaths } from "../model/desired-certificate.ts";
import { userError } from "../model/diagnostic.ts";
import { type KeyPairPem, makeAuthority } from "../pki/authority.ts";
import { inspectCertificate, permittedAddresses } from "../pki/inspect.ts";
import { makeLeaf } from "../pki/leaf.ts";
import { trustIn, trustOfSite } from "../pki/trust.ts";
import type { ApplyContext, Handlers } from "./context.ts";

export const CERTIFICATES: Handlers<"certificate"> = { certificate: makeCertificates };

async function makeCertificates(
  context: ApplyContext,
  { certificate: wanted, ...which }: Of<"certificate">,
): Promise<void> {
  const trust =
    wanted.own === undefined ? await sign(context, wanted, which) : await copyOwn(context, wanted, wanted.own);
  await write(context, certificateFiles(wanted).published, trust.pem);
  context.trust.authority = trust;
}

async function sign(
  context: ApplyContext,
  wanted: DesiredCertificate,
  which: { readonly authority: AuthorityStep; readonly leaf: boolean },
): Promise<Trust> {
  const files = certificateFiles(wanted);
  if (which.authority === "make") await newAuthority(context, wanted, files.authority, files.authorityKey);
  if (which.authority === "make next") await newAuthority(context, wanted, files.next, files.nextKey);
  if (which.authority === "take next") await takeNext(context, wanted);
  const authority = await stored(context, files.authority, files.authorityKey);
  if (authority === undefined) throw new Error("the authority is gone");
  if (which.leaf) await newLeaf(context, wanted, authority);
  const next = await stored(context, files.next, files.nextKey);
  const known = [authority, next].filter((pair) => pair !== undefined);
  const trust = trustIn(
    known.map(({ certificate: pem }) => ({ pem, fingerprint: inspectCertificate(pem).fingerprint })),
  );
  return trust as Trust;
}

async function newAuthority(
  context: ApplyContext,
  { zone, addresses, authorityDays }: DesiredCertificate,
  certificate: CertificateFile,
  key: CertificateFile,
): Promise<void> {
  const now = context.system.clock.now();
  const authority = await makeAuthority({ zone, now, days: authorityDays, extraIps: addresses });
  // A certificate whose key was lost would otherwise stand beside the new key as if they belonged together.
  await context.system.files.remove(certificate.path);
  await write(context, key, authority.key);
  await write(context, certificate, authority.certificate);
}

/** The next one's files go last: a run that is killed before can do all of it again. */
async function takeNext(context: ApplyContext, wanted: DesiredCertificate): Promise<void> {
  const { files } = context.system;
  const { authority, authorityKey, next, nextKey } = certificateFiles(wanted);
  const pair = await stored(context, next, nextKey);
  // The plan saw both a moment ago.
  if (pair === undefined) throw new Error("the next authority is gone");
  await files.remove(authority.path);
  await write(context, authorityKey, pair.key);
  await write(context, authority, pair.certificate);
  await files.remove(nextKey.path);
  await files.remove(next.path);
}

async function stored(
  { system }: ApplyContext,
  certificateFile: CertificateFile,
  keyFile: CertificateFile,
): Promise<KeyPairPem | undefined> {
  const certificate = await system.files.read(certificateFile.path);
  const key = await system.files.read(keyFile.path);
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

async function newLeaf(context: ApplyContext, wanted: DesiredCertificate, authority: KeyPairPem): Promise<void> {
  const now = context.system.clock.now();
  const permitted = permittedAddresses(authority.certificate);
  const addresses = wanted.addresses.filter((address) => permitted.includes(address));
  const leaf = await makeLeaf({ authority, names: wanted.names, addresses, now, days: wanted.leafDays });
  await writeLeaf(context, wanted, leaf);
}

/** Its certificate and key were looked at before the plan; what clients trust comes from the site, too. */
async function copyOwn(context: ApplyContext, wanted: DesiredCertificate, own: OwnCertificatePaths): Promise<Trust> {
  const { host } = context.system;
  const certificate = host.readTrusted(own.certificate);
  const key = host.readTrusted(own.key);
  if (certificate === undefined || key === undefined) {
    throw userError(
      "certificate",
      `${own.certificate} or ${own.key} cannot be read any more`,
      "run install-quadlets again",
    );
  }
  await writeLeaf(context, wanted, { certificate, key });
  return trustOfSite(own.authority && host.readTrusted(own.authority));
}

async function writeLeaf(context: ApplyContext, wanted: DesiredCertificate, leaf: KeyPairPem): Promise<void> {
  const files = certificateFiles(wanted);
  await write(context, files.leafKey, leaf.key);
  await write(context, files.leaf, leaf.certificate);
  context.trust.leaf = inspectCertificate(leaf.certificate).fingerprint;
}

async function write(context: ApplyContext, file: CertificateFile, content: string): Promise<void> {
  await context.system.files.write(file.path, content, { mode: file.mode, ...file.owner });
}
