/** Makes the authority and the leaf, each key before its certificate, so that a torn pair is seen by the next run. */
import type { DesiredCertificate } from "../model/resource.ts";
import { type KeyPairPem, makeAuthority } from "../pki/authority.ts";
import { inspectCertificate } from "../pki/inspect.ts";
import { makeLeaf } from "../pki/leaf.ts";
import { type CertificateFile, certificateFiles } from "../plan/certificate-files.ts";
import type { ApplyContext } from "./context.ts";

export async function makeCertificates(
  context: ApplyContext,
  wanted: DesiredCertificate,
  which: { readonly authority: boolean; readonly leaf: boolean },
): Promise<void> {
  const authority = which.authority ? await newAuthority(context, wanted) : await storedAuthority(context, wanted);
  if (which.leaf) await newLeaf(context, wanted, authority);
  await write(context, certificateFiles(wanted).published, authority.certificate);
  const { fingerprint } = inspectCertificate(authority.certificate);
  context.trust.authority = { pem: authority.certificate, fingerprint };
}

async function newAuthority(context: ApplyContext, wanted: DesiredCertificate): Promise<KeyPairPem> {
  const now = context.system.clock.now();
  const authority = await makeAuthority({ zone: wanted.zone, now, days: wanted.authorityDays });
  // A certificate whose key was lost would otherwise stand beside the new key as if they belonged together.
  await context.system.files.remove(wanted.authorityCertificate);
  const files = certificateFiles(wanted);
  await write(context, files.authorityKey, authority.key);
  await write(context, files.authority, authority.certificate);
  return authority;
}

async function storedAuthority(context: ApplyContext, wanted: DesiredCertificate): Promise<KeyPairPem> {
  const { files } = context.system;
  const certificate = await files.read(wanted.authorityCertificate);
  const key = await files.read(wanted.authorityKey);
  // The plan saw both a moment ago.
  if (certificate === undefined || key === undefined) throw new Error("the authority is gone");
  return { certificate, key };
}

async function newLeaf(context: ApplyContext, wanted: DesiredCertificate, authority: KeyPairPem): Promise<void> {
  const now = context.system.clock.now();
  const leaf = await makeLeaf({ authority, names: wanted.names, now, days: wanted.leafDays });
  const files = certificateFiles(wanted);
  await write(context, files.leafKey, leaf.key);
  await write(context, files.leaf, leaf.certificate);
  context.trust.leaf = inspectCertificate(leaf.certificate).fingerprint;
}

async function write(context: ApplyContext, file: CertificateFile, content: string): Promise<void> {
  await context.system.files.write(file.path, content, { mode: file.mode, ...file.owner });
}
