/** Quadlets that a service brings along as they are: what each becomes, runs, publishes and needs. */
import type { QuadletFile } from "../model/quadlet-file.ts";
import { systemdDuration } from "../rules/durations.ts";
import { all, entriesFor, last, objectName, serviceOf, settingOf, wordsOf } from "../rules/lookup.ts";
import { volumeParts } from "../rules/mounts.ts";
import { podOf } from "../rules/pods.ts";
import { references } from "../rules/references.ts";
import type { Context } from "../rules/rule.ts";
import { type Entry, makeSet, type SourceFile, type Unit } from "../rules/unit-set.ts";
import { type Published, publishedBy } from "./published.ts";

export interface RawUnit {
  readonly unit: Unit;
  /** "web.service", "web-pod.service". */
  readonly service: string;
  /** What podman calls the container; undefined for other kinds, and where only systemd knows. */
  readonly container: string | undefined;
  /** What a registry is asked for; undefined where another quadlet gives it. */
  readonly image: { readonly reference: string; readonly entry: Entry } | undefined;
  readonly published: readonly Published[];
  /** Podman's names of secrets. */
  readonly secrets: readonly { readonly name: string; readonly entry: Entry }[];
  /** Paths of the host that it has mounted. */
  readonly mounts: readonly { readonly path: string; readonly entry: Entry }[];
  /** As podman is asked for them. */
  readonly devices: readonly { readonly name: string; readonly entry: Entry }[];
  /** Services of quadlets beside it that come before it. */
  readonly after: readonly string[];
  readonly pod: string | undefined;
  /** Its service ends, and counts as started by that. */
  readonly isOneshot: boolean;
  readonly hasHealth: boolean;
  readonly startSeconds: number;
}

/** What systemd gives a start that says nothing (DefaultTimeoutStartSec=), and what we give one that may take for ever. */
const START_SECONDS = 90;
const ENDLESS_SECONDS = 3_600;

/** `home` stands for %h. */
export function readRaw(files: readonly QuadletFile[], home: string, podman: string): readonly RawUnit[] {
  const context: Context = { set: makeSet(files.map(asSource)), podman, rootful: false };
  return context.set.units.map((unit) => readUnit(unit, home, context));
}

/** As the rules take it. */
export function asSource({ path, name, content }: QuadletFile): SourceFile {
  const slash = path.lastIndexOf("/");
  return { path, folder: path.slice(0, Math.max(slash, 0)), name: name.slice(name.indexOf("/") + 1), text: content };
}

function readUnit(unit: Unit, home: string, context: Context): RawUnit {
  const targets = references(unit, context).flatMap(({ target }) => context.set.byName.get(target) ?? []);
  const pod = context.set.byName.get(podOf(unit, context));
  const services = new Map(context.set.units.map((other) => [other.name, serviceOf(other, context)]));
  const named = [...orderOf(unit)].map((name) => services.get(name) ?? name);
  const known = new Set(services.values());
  const needed = targets.map((other) => services.get(other.name) ?? "");
  const service = serviceOf(unit, context);
  const after = [...needed, ...named.filter((name) => known.has(name))];
  return {
    unit,
    service,
    container: unit.kind === "container" ? objectName(unit, context) : undefined,
    image: imageOf(unit, context),
    published: publishedBy(unit, context),
    secrets: wordsOf(unit, "Secret", "args").map(({ text, entry }) => ({ name: text.split(",")[0] ?? "", entry })),
    mounts: mountsOf(unit, home),
    devices: devicesOf(unit),
    after: [...new Set(after)].filter((name) => name !== service),
    pod: pod && services.get(pod.name),
    isOneshot: unit.kind === "container" ? serviceSetting(unit, "Type") === "oneshot" : unit.kind !== "pod",
    hasHealth: unit.kind === "container" && !["", "none"].includes(settingOf(unit, "HealthCmd", context)),
    startSeconds: startSeconds(unit),
  };
}

function orderOf(unit: Unit): ReadonlySet<string> {
  const keys = ["After", "Requires", "Wants", "BindsTo"];
  return new Set(keys.flatMap((key) => all(unit, key, "Unit").flatMap(({ value }) => value.split(/\s+/))));
}

function imageOf(unit: Unit, context: Context): RawUnit["image"] {
  const entry = last(unit, "Image");
  const isNamed = unit.kind === "container" || unit.kind === "image";
  const fromVolume = unit.kind === "volume" && settingOf(unit, "Driver", context) === "image";
  if (entry === undefined || !(isNamed || fromVolume)) return undefined;
  const reference = settingOf(unit, "Image", context);
  return /\.(image|build)$/.test(reference) ? undefined : { reference, entry };
}

function mountsOf(unit: Unit, home: string): RawUnit["mounts"] {
  return all(unit, "Volume").flatMap((entry) => {
    const path = volumeParts(entry.value).source.replace(/^%h(?=\/|$)/, home);
    return path.startsWith("/") ? [{ path: path.replace(/(?<=.)\/+$/, ""), entry }] : [];
  });
}

/** "-" in front: only where the host has that file, and so never for the name of a card. */
function devicesOf(unit: Unit): RawUnit["devices"] {
  return wordsOf(unit, "AddDevice", "words")
    .filter(({ text }) => !/^-[^/]/.test(text))
    .map(({ text, entry }) => ({ name: text.replace(/^-/, ""), entry }));
}

export function serviceSetting(unit: Unit, key: string): string | undefined {
  return entriesFor(unit, "Service", key).at(-1)?.value.trim();
}

function startSeconds(unit: Unit): number {
  const written = serviceSetting(unit, "TimeoutStartSec") ?? serviceSetting(unit, "TimeoutSec");
  const seconds = written === undefined ? START_SECONDS : (systemdDuration(written) ?? START_SECONDS);
  // 0 and infinity both mean that there is no end.
  return seconds === 0 || seconds > ENDLESS_SECONDS ? ENDLESS_SECONDS : Math.max(1, Math.ceil(seconds));
}
