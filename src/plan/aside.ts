/** Services whose account is broken or hostile, or that lost their data: named and left as they are, so that the others go on. */
import { allCertificateFiles } from "../model/certificate-files.ts";
import type { AccountFact, HostFacts, PathFact, StateFacts } from "../model/facts.ts";
import type { ServiceName } from "../model/names.ts";
import type { Aside } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import { accountAt, serviceNames } from "./service-names.ts";

type Facts = Pick<StateFacts, "aside" | "index" | "paths" | "secrets">;

/** `lost` says of services without their data or secrets why they are left as they are: that comes before what follows from it. */
export function findAside(
  desired: DesiredState,
  host: Pick<HostFacts, "accounts">,
  facts: Facts,
  lost: ReadonlyMap<ServiceName, string>,
): readonly Aside[] {
  const obstacles = findObstacles(desired, facts);
  const wanted = desired.accounts.flatMap(({ service, user }): Aside[] => {
    const reason = lost.get(service) ?? facts.aside.get(user) ?? obstacles.get(service);
    return reason === undefined ? [] : [{ service, user, reason }];
  });
  return withReaders([...wanted, ...leavingOf(desired, host, facts)], desired, facts);
}

/** Of services that leave the stack. */
function leavingOf(desired: DesiredState, host: Pick<HostFacts, "accounts">, facts: Facts): readonly Aside[] {
  const users = [...facts.aside].filter(([user]) => !desired.accounts.some((account) => account.user === user));
  if (users.length === 0) return [];
  const nameOf = serviceNames(facts, host.accounts);
  return users.map(([user, reason]) => ({
    service: nameOf({ user }) ?? (user as string as ServiceName),
    user,
    reason,
  }));
}

/** A service that still needs a secret of one of them can start as little. */
function withReaders(aside: readonly Aside[], desired: DesiredState, facts: Facts): readonly Aside[] {
  if (aside.length === 0) return aside;
  const ownerOf = (user: string) => aside.find((one) => one.user === user);
  const readers = desired.secrets.flatMap(({ service, user, name, source }): Aside[] => {
    if (source.kind !== "copy" || ownerOf(user) !== undefined) return [];
    const owner = ownerOf(source.user);
    if (owner === undefined || facts.secrets.get(user)?.includes(name) === true) return [];
    return [{ service, user, reason: `its secret ${name} is to be that of ${owner.service}` }];
  });
  const fresh = readers.filter(({ user }, index) => readers.findIndex((one) => one.user === user) === index);
  return fresh.length === 0 ? aside : withReaders([...aside, ...fresh], desired, facts);
}

/**
 * By service, the first. In its own home: elsewhere a service cannot put anything, and whoever did must be told as loudly as
 * possible.
 */
function findObstacles(desired: DesiredState, { paths }: Facts): ReadonlyMap<ServiceName, string> {
  const { certificate } = desired;
  const homes = new Map<string | undefined, string>(desired.accounts.map(({ service, home }) => [service, home]));
  const pki = certificate === undefined ? [] : allCertificateFiles(certificate);
  const wanted = [
    ...desired.directories.map(({ service, path }) => ({ service, path, kind: "directory" as const })),
    ...desired.files.map(({ service, path }) => ({ service, path, kind: "file" as const })),
    ...pki.map(({ path }) => ({ service: certificate?.service, path, kind: "file" as const })),
  ];
  const found = wanted.flatMap(({ service, path, kind }): [ServiceName, string][] => {
    const text = obstacle(path, kind, paths.get(path));
    if (text === undefined || service === undefined || !path.startsWith(`${homes.get(service)}/`)) return [];
    return [[service, text]];
  });
  return new Map(found.reverse());
}

/** "/var/lib/vllm/cache: is a symlink, should be a directory"; undefined where nothing is in the way. */
export function obstacle(path: string, wanted: "file" | "directory", fact: PathFact | undefined): string | undefined {
  if (fact === undefined || fact.kind === "missing" || fact.kind === wanted) return undefined;
  return `${path}: is ${fact.kind === "other" ? fact.what : `a ${fact.kind}`}, should be a ${wanted}`;
}

/** What is left to be compared; what was recorded earlier is not, and must not look unwanted for that. */
export function withoutAside(desired: DesiredState, aside: readonly Aside[]): DesiredState {
  if (aside.length === 0) return desired;
  const services = new Set<string | undefined>(aside.map((one) => one.service));
  const rest = <T extends { readonly service: ServiceName | undefined }>(list: readonly T[]) =>
    list.filter(({ service }) => !services.has(service));
  const { keys, data, stores, ...others } = desired;
  return {
    ...others,
    accounts: rest(desired.accounts),
    directories: rest(desired.directories),
    files: rest(desired.files),
    secrets: rest(desired.secrets),
    images: rest(desired.images),
    units: rest(desired.units),
    certificate: services.has(desired.certificate?.service) ? undefined : desired.certificate,
    ...(services.has(keys?.maker.service) || keys === undefined ? {} : { keys }),
    ...(data === undefined ? {} : { data: rest(data) }),
    ...(stores === undefined ? {} : { stores: rest(stores) }),
  };
}

/** Whether something recorded by name or path is theirs. */
export function belongsAside(
  aside: readonly Aside[],
  accounts: readonly Pick<AccountFact, "user" | "uid" | "home">[],
): (about: { readonly user?: string | undefined; readonly path?: string | undefined }) => boolean {
  const users = new Set<string>(aside.map((one) => one.user));
  const theirs = accounts.filter(({ user }) => users.has(user));
  return ({ user, path }) =>
    (user !== undefined && users.has(user)) || (path !== undefined && accountAt(theirs, path) !== undefined);
}
