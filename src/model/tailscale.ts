/** What Tailscale tells about this host, and the certificate that it gave. */
import type { Address } from "./names.ts";

export interface TailnetFact {
  /** Connected to its tailnet; while it is not, it knows no address and no names, and fetches nothing. */
  readonly running: boolean;
  /** Its IPv4 address. */
  readonly address: Address | undefined;
  /** Names that it gets certificates for, this host's own first; none where the tailnet has HTTPS switched off. */
  readonly names: readonly string[];
  /** Without a network interface of its own: tailscaled itself connects whoever calls to 127.0.0.1. */
  readonly userspace: boolean;
  /** "1.98.5" */
  readonly version: string | undefined;
}

/** What tailscaled answers itself, before any program that listens. */
export interface ServeFact {
  /** TCP ports of this host's address. */
  readonly ports: readonly number[];
  /** "svc:chat": Tailscale Services, which have addresses of their own. */
  readonly services: readonly string[];
}

/** As it lies on disk. */
export interface TailscaleCertificateFact {
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly names: readonly string[];
  readonly matchesKey: boolean;
}

/** 100.64.0.0/10, which Tailscale gives its IPv4 addresses from. */
export function isTailscales(address: string): boolean {
  const [first, second = 0] = address.split(".").map(Number);
  return first === 100 && second >= 64 && second < 128;
}
