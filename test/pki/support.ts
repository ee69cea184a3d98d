/** One authority for all tests, and openssl as the second opinion. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KeyPairPem, makeAuthority } from "../../src/pki/authority.ts";

export const ZONE = "liminati.internal";
/** The real clock: openssl verify compares with the machine's own. */
export const NOW = new Date();

let shared: Promise<KeyPairPem> | undefined;

export function authority(): Promise<KeyPairPem> {
  shared ??= makeAuthority({ zone: ZONE, now: NOW, days: 3650 });
  return shared;
}

/** Runs openssl beside the given files; stdout and stderr together, because verify uses both. */
export function openssl(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): { readonly code: number; readonly output: string } {
  const dir = mkdtempSync(join(tmpdir(), "pki-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content, { mode: 0o600 });
    const result = spawnSync("openssl", args, { cwd: dir, encoding: "utf8" });
    if (result.error !== undefined) throw result.error;
    return { code: result.status ?? -1, output: result.stdout + result.stderr };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export function verify(
  leaf: string,
  ca: string,
  ...more: string[]
): { readonly code: number; readonly output: string } {
  const args = ["verify", "-x509_strict", "-purpose", "sslserver", ...more, "-CAfile", "ca.pem", "leaf.pem"];
  return openssl(args, { "ca.pem": ca, "leaf.pem": leaf });
}

export function describeCertificate(pem: string): string {
  return openssl(["x509", "-in", "c.pem", "-noout", "-text"], { "c.pem": pem }).output;
}
