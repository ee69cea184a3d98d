/** tailscale: what it knows of this host, what it serves itself, and a certificate for this host's name in the tailnet. */
import type { Command } from "../model/command.ts";

/** Peers left out: a tailnet may have thousands. */
export function tailscaleStatus(): Command {
  return { argv: ["tailscale", "status", "--json", "--peers=false"], timeoutMs: 5_000 };
}

/** What `tailscale serve` was told to answer; fails where it is older than that, or nobody is logged in. */
export function tailscaleServeStatus(): Command {
  return { argv: ["tailscale", "serve", "status", "--json"], timeoutMs: 5_000 };
}

/** Which servers the tailnet asks for which domains, among other things; from 1.72 on. */
export function tailscaleDnsStatus(): Command {
  return { argv: ["tailscale", "dns", "status"], timeoutMs: 5_000 };
}

/** It asks Let's Encrypt, and waits until a record in the public DNS is seen. */
const FETCH_MS = 180_000;

/**
 * Both to standard output, the certificate's chain first: the key never lies in a file of tailscale's making. What
 * tailscaled keeps is given at once, and renewed behind our back; asked for a validity, it is renewed first.
 */
export function tailscaleCertificate(name: string, minValidityHours?: number): Command {
  const validity = minValidityHours === undefined ? [] : [`--min-validity=${minValidityHours}h`];
  return {
    argv: ["tailscale", "cert", "--cert-file=-", "--key-file=-", ...validity, name],
    timeoutMs: FETCH_MS,
    secretOutput: true,
  };
}
