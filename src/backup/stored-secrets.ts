/** The secrets that belong to the data: read for a backup, put back by a restore. */
import { readSecret } from "../apps/enter.ts";
import { asUser } from "../commands/accounts.ts";
import { decrypt } from "../commands/data.ts";
import { createSecret, listSecrets } from "../commands/podman.ts";
import type { IndexedBackup } from "../model/backup.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { Secret } from "../model/secret.ts";
import { keepSecret } from "../record/kept-secrets.ts";
import type { Bulk, System } from "../system/interfaces.ts";
import { type Archive, chunksOf } from "./archive.ts";

/** As the part of the archive; the text holds the values. */
export async function packSecrets(system: System, service: IndexedService, data: IndexedBackup): Promise<Secret> {
  const values: Record<string, string> = {};
  for (const name of data.secrets) values[name] = (await readSecret(system, service, name)).reveal();
  return new Secret(`${JSON.stringify(values)}\n`);
}

/** By podman's name; empty where the archive has none. Throws where it cannot be decrypted. */
export async function unpackSecrets(
  bulk: Bulk,
  archive: Archive,
  identity: string | undefined,
): Promise<ReadonlyMap<string, Secret>> {
  const part = archive.manifest.parts.find(({ kind }) => kind === "secrets");
  if (part === undefined) return new Map();
  const input = chunksOf(archive.file, archive.spans.get(part.file));
  const pieces: Uint8Array[] = identity === undefined ? [...input] : [];
  if (identity !== undefined) await bulk.pipe([decrypt(identity)], { input, onOutput: (chunk) => pieces.push(chunk) });
  const value = parseJson(Buffer.concat(pieces).toString("utf8"));
  if (!isRecord(value)) throw userError("backup-unusable", `${archive.path}: its secrets cannot be read`);
  return new Map(
    Object.entries(value).flatMap(([name, text]) => (typeof text === "string" ? [[name, new Secret(text)]] : [])),
  );
}

/** Those that podman has with another value, or not at all. */
export async function secretsThatDiffer(
  system: System,
  service: IndexedService,
  stored: ReadonlyMap<string, Secret>,
): Promise<readonly string[]> {
  const there = await namesThere(system, service);
  const differing: string[] = [];
  for (const [name, secret] of stored) {
    const now = there.includes(name) ? (await readSecret(system, service, name)).reveal() : undefined;
    if (now !== secret.reveal()) differing.push(name);
  }
  return differing;
}

/** Their former values are on disk before podman forgets them. */
export async function putBackSecrets(
  system: System,
  service: IndexedService,
  stored: ReadonlyMap<string, Secret>,
  names: readonly string[],
): Promise<void> {
  const there = await namesThere(system, service);
  for (const name of names) {
    const former = there.includes(name) ? (await readSecret(system, service, name)).reveal() : undefined;
    if (former !== undefined) await keepSecret(system.files, service.user, name, former, "former");
    await system.runner.run(asUser(service, createSecret(name, stored.get(name)?.reveal() ?? "")));
  }
}

/** Throws where podman cannot tell: what is there would be written over, and not kept. */
async function namesThere(system: System, service: IndexedService): Promise<readonly string[]> {
  const { stdout } = await system.runner.run(asUser(service, listSecrets()));
  return stdout.split("\n");
}
