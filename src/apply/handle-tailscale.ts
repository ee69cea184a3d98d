/** Fetches the certificate for this host's name in the tailnet; its key is in memory only until it lies where nginx reads it. */
import { tailscaleCertificate } from "../commands/tailscale.ts";
import { tailscaleFiles } from "../model/certificate-files.ts";
import type { Of } from "../model/change.ts";
import { day } from "../model/day.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import { isDue, thirdInHours } from "../model/lifetime.ts";
import type { KeyPairPem } from "../pki/authority.ts";
import { inspectCertificate } from "../pki/inspect.ts";
import { readPair } from "../pki/pair.ts";
import type { ApplyContext, Handlers } from "./context.ts";

export const TAILSCALE: Handlers<"tailscale-certificate"> = { "tailscale-certificate": fetchCertificate };

async function fetchCertificate(
  context: ApplyContext,
  { certificate: wanted, tailscale }: Of<"tailscale-certificate">,
): Promise<void> {
  const { files } = context.system;
  const { name } = tailscale;
  context.reporter.progress(`asking Tailscale for a certificate for ${name}: a new one takes a minute or two`);
  const pair = await fetchFresh(context, name);
  const { key, certificate } = tailscaleFiles(wanted, tailscale);
  // The key first, as with the leaf: a torn pair is seen by the next run.
  await files.write(key.path, pair.key, { mode: key.mode, ...key.owner });
  await files.write(certificate.path, pair.certificate, { mode: certificate.mode, ...certificate.owner });
  context.trust.tailscale = inspectCertificate(pair.certificate).fingerprint;
}

/** One that is due is what tailscaled has kept, and it begins to renew that behind our back: we wait for the next one. */
async function fetchFresh(context: ApplyContext, name: string): Promise<KeyPairPem> {
  const now = context.system.clock.now();
  const kept = await fetchPair(context, name);
  const life = inspectCertificate(kept.certificate);
  if (!isDue(life, now)) return kept;
  const fresh = await fetchPair(context, name, thirdInHours(life));
  const next = inspectCertificate(fresh.certificate);
  if (!isDue(next, now)) return fresh;
  throw userError(
    "certificate",
    `Tailscale renews no certificate for ${name}: what it gives ends on ${day(next.notAfter)}`,
    HINT,
  );
}

const HINT = "journalctl -u tailscaled tells more; Let's Encrypt gives few certificates a week for one name";

async function fetchPair({ system }: ApplyContext, name: string, hours?: number): Promise<KeyPairPem> {
  const { stdout } = await system.runner.run(tailscaleCertificate(name, hours)).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw userError("certificate", `Tailscale gives no certificate for ${name}: ${error.message}`, error.hint ?? HINT);
  });
  const pair = readPair(stdout);
  // What it printed is not quoted: the key is part of it.
  if (pair === undefined) throw userError("certificate", "tailscale cert printed no certificate with its key", HINT);
  const { names } = inspectCertificate(pair.certificate);
  if (names.includes(name)) return pair;
  throw userError("certificate", `tailscale cert gave a certificate for ${names.join(", ")}, not for ${name}`, HINT);
}
