/** Services that had data which suddenly are not there, or whose data were made with a secret that is lost: nothing is begun anew unasked. */

import { unitsIn } from "../model/applied.ts";
import { userError } from "../model/diagnostic.ts";
import type { StateFacts } from "../model/facts.ts";
import type { AbsolutePath, ServiceName } from "../model/names.ts";
import type { Aside } from "../model/plan.ts";
import { secretKey, unitKey } from "../model/record-keys.ts";
import type { DesiredData, DesiredState } from "../model/resource.ts";
import { isTiedToData } from "../model/service-secret.ts";
import { wasReplaced } from "./replaced-secrets.ts";

type Facts = Pick<StateFacts, "applied" | "data" | "index" | "paths" | "secrets" | "secretIds">;

/** By service, why it is left as it is; `anew` are those that somebody wants begun anew, by name, and `rotate` secrets that get another value. */
export function findLost(
  desired: Pick<DesiredState, "data" | "secrets">,
  facts: Facts,
  anew: readonly string[],
  rotate: readonly string[] = [],
): ReadonlyMap<ServiceName, string> {
  const all = desired.data ?? [];
  refuseUnknown(all, anew);
  return new Map(
    all.flatMap((data): [ServiceName, string][] => {
      if (anew.includes(data.service)) return [];
      const reason = missingData(data, facts) ?? missingSecret(data, desired.secrets, facts, rotate);
      return reason === undefined ? [] : [[data.service, reason]];
    }),
  );
}

function refuseUnknown(all: readonly DesiredData[], anew: readonly string[]): void {
  const unknown = anew.find((name) => !all.some(({ service }) => service === name));
  if (unknown === undefined) return;
  const names = all.map(({ service }) => service).join(", ");
  throw userError(
    "unknown-name",
    `--anew ${unknown}: there is no service of that name that has data`,
    names === "" ? "no service here has any" : `those that have: ${names}`,
  );
}

/** A directory that was made and used goes by no run of ours without its entry in the record. */
function missingData({ service, user, directories }: DesiredData, facts: Facts): string | undefined {
  const { applied, data, paths } = facts;
  // A run that was cut off before it ever started left no data.
  if (!unitsIn(applied, user).some((unit) => (applied.units[unitKey(user, unit)] ?? "") !== "")) return undefined;
  const recorded = new Set<string>([...applied.directories, ...indexedDirectories(facts, service)]);
  const isGone = (path: AbsolutePath) => recorded.has(path) && (paths.get(path)?.kind ?? "missing") === "missing";
  // The mount point of a file system stays where it is.
  const isEmptied = (path: AbsolutePath) =>
    applied.filled.includes(path) && paths.get(path)?.kind === "directory" && data?.filled.has(path) !== true;
  const gone = directories.find((path) => isGone(path) || isEmptied(path));
  if (gone === undefined) return undefined;
  const when = data?.lastWell === undefined ? "" : ` on ${data.lastWell}`;
  const words = [
    `it had data in ${gone}${when}, and that is ${isGone(gone) ? "not there" : "empty"}: its file system may not be mounted (findmnt --verify)`,
    `sudo install-quadlets --anew ${service} begins without them, and a backup can be put back then`,
  ];
  return words.join("; ");
}

/** What the record is to say of data after a run; of services that were left as they are, what it said. */
export function filledAfter(
  { data: all = [] }: Pick<DesiredState, "data">,
  { applied, data }: Pick<Facts, "applied" | "data">,
  aside: readonly Aside[],
): readonly AbsolutePath[] {
  const left = new Set(aside.map(({ service }) => service));
  return all.flatMap(({ service, directories }) =>
    directories.filter((path) => (left.has(service) ? applied.filled.includes(path) : data?.filled.has(path) === true)),
  );
}

function indexedDirectories({ index }: Facts, service: ServiceName): readonly string[] {
  const known = index?.services.find(({ name }) => name === service);
  return known?.backup?.parts.map(({ directory }) => directory) ?? [];
}

/** Made by us, gone or replaced, and nowhere aside: another one in its place does not open what is there. */
function missingSecret(
  { service, user, directories }: DesiredData,
  secrets: DesiredState["secrets"],
  facts: Facts,
  rotate: readonly string[],
): string | undefined {
  const { applied, data, secrets: stored } = facts;
  const filled = directories.find((path) => data?.filled.has(path) === true);
  if (filled === undefined) return undefined;
  const isThere = (name: string) => stored.get(user)?.includes(name) === true;
  const lost = secrets.find((secret) => {
    if (secret.service !== service || !isTiedToData(secret.source)) return false;
    const key = secretKey(secret);
    if (data?.kept.has(key) === true) return false;
    return isThere(secret.name) ? !rotate.includes(key) && wasReplaced(secret, facts) : applied.secrets.includes(key);
  });
  if (lost === undefined) return undefined;
  const isNow = isThere(lost.name);
  const words = [
    isNow
      ? `its secret ${lost.name} was replaced since the last run, and its data were made with the former value: they do not open with another one`
      : `its secret ${lost.name} is gone, and its data were made with the value: they do not open with another one`,
    `who knows it: sudo install-quadlets secrets set ${lost.name}`,
    "who has a backup: sudo install-quadlets restore FILE",
    `sudo install-quadlets --anew ${service} ${isNow ? "takes it as it is now" : "makes another one all the same"}`,
  ];
  return words.join("; ");
}
