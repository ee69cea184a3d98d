/** What a person would find on a host in memory, to be compared before a run and after it was taken back. */
import type { MemoryHost } from "./memory-host.ts";

export interface Picture {
  /** Path -> what is there, with owner and mode. */
  readonly disk: ReadonlyMap<string, string>;
  /** "USER/UNIT" -> its state. */
  readonly units: ReadonlyMap<string, string>;
  /** "USER/UNIT" -> all that it was started with. */
  readonly startedWith: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  /** Of a service that makes keys, with what each may, by podman's name for its value. */
  readonly keys: ReadonlyMap<string, string>;
  /** Units whose manager does not know what is on disk. */
  readonly unaware: readonly string[];
}

/** The records of the runs themselves, sockets, what comes and goes. */
const NOT_COMPARED = /^\/(?:var\/lib\/install-quadlets(?:\/generations(?:\/.*)?)?|run\/.*|proc\/.*)$/;
/** Podman's own. */
const STORE = /^(\/.+)\/\.local(?:\/|$)/;
const DATABASE = /^\/etc\/(?:passwd|group|subuid|subgid)$/;

export function pictureOf(host: MemoryHost): Picture {
  const { nodes } = host.system.files;
  const kept = new Set([...nodes.keys()].flatMap((path) => STORE.exec(path)?.[1] ?? []));
  const disk = [...nodes]
    .filter(([path]) => !NOT_COMPARED.test(path) && !STORE.test(path) && !kept.has(path))
    .map(([path, node]) => [path, JSON.stringify(node)] as const);
  return {
    disk: new Map(disk),
    units: new Map(host.running().map(({ unit, state }) => [unit, state])),
    startedWith: new Map(host.running().map(({ unit, startedWith }) => [unit, startedWith])),
    secrets: new Map(host.secrets),
    keys: new Map(
      (host.listening?.gateway.rows ?? []).map((row) => [`key of/router-key_${row.key_alias}`, JSON.stringify(row)]),
    ),
    unaware: [...host.managers.values()].flatMap((manager) => manager.unaware()),
  };
}

/** Each as a line; an account whose home holds images stays, and with it all that says who it is. */
export function differences(before: Picture, host: MemoryHost): readonly string[] {
  const after = pictureOf(host);
  const kept = [...host.system.files.nodes.keys()].flatMap((path) => STORE.exec(path)?.[1] ?? []);
  const users = host
    .text("/etc/passwd")
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => kept.includes(fields[5] ?? ""))
    .map((fields) => fields[0] ?? "");
  const others = (node: string) =>
    JSON.stringify(
      (JSON.parse(node) as { readonly content: string }).content
        .split("\n")
        .filter((line) => !users.some((user) => line.startsWith(`${user}:`))),
    );
  const isStaying = (path: string) =>
    kept.includes(path) ||
    (DATABASE.test(path) && others(before.disk.get(path) ?? "") === others(after.disk.get(path) ?? ""));
  const ranges = ["/etc/subuid", "/etc/subgid"].map((file) => `\n${host.text(file)}`);
  const withoutRanges = users.filter((user) => !ranges.every((text) => text.includes(`\n${user}:`)));
  return [
    ...withoutRanges.map((user) => ({ key: user, from: "", to: "stays without its subordinate ids" })),
    ...compare(before.disk, after.disk).filter(({ key }) => !isStaying(key)),
    ...compare(before.units, after.units),
    ...compare(before.secrets, after.secrets),
    ...compare(before.keys, after.keys),
  ].map(({ key, from, to }) => `${key}: ${from?.slice(0, 90)} -> ${to?.slice(0, 90)}`);
}

/** Units that run with what is neither on disk now nor what they ran with before, or are known as neither. */
export function strays(before: Picture, host: MemoryHost): readonly string[] {
  const unaware = pictureOf(host).unaware.filter((unit) => !before.unaware.includes(unit));
  const running = host
    .running()
    .filter(({ unit, startedWith, fresh }) => startedWith !== fresh && startedWith !== before.startedWith.get(unit))
    .map(({ unit }) => unit);
  return [...running, ...unaware];
}

function compare(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly { readonly key: string; readonly from: string | undefined; readonly to: string | undefined }[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((key) => ({ key, from: before.get(key), to: after.get(key) }))
    .filter(({ from, to }) => from !== to);
}
