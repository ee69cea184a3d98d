/** What a quadlet of a site may not say, because then nobody could tell its ports, its units or its images. */
import { isGpu } from "../model/gpu.ts";
import { all, isExpandable, wordsOf } from "../rules/lookup.ts";
import { volumeParts } from "../rules/mounts.ts";
import type { Entry, Unit } from "../rules/unit-set.ts";
import { type RawUnit, serviceSetting } from "./unit.ts";

export interface Unknowable {
  /** Undefined where it is about the unit as a whole. */
  readonly entry: Entry | undefined;
  readonly message: string;
  readonly hint: string;
}

export function unknowable(raw: RawUnit): readonly Unknowable[] {
  const { unit } = raw;
  return [
    ...networks(unit),
    ...podmanArgs(unit),
    ...relativePaths(unit),
    ...runsAgain(raw),
    ...cards(raw),
    ...raw.published.flatMap((port) =>
      "problem" in port ? [{ entry: port.entry, message: port.problem, hint: port.hint }] : [],
    ),
    ...(unit.kind === "container" && raw.container === undefined
      ? [
          {
            entry: undefined,
            message: "only systemd knows what its container is called",
            hint: "ContainerName= without %",
          },
        ]
      : []),
  ];
}

function networks(unit: Unit): readonly Unknowable[] {
  return all(unit, "Network").flatMap((entry) => {
    const [mode = "", options = ""] = entry.value.split(/:(.*)/s);
    if (mode === "host" || mode === "ns")
      return [
        {
          entry,
          message: `with the network "${mode}" nobody can tell which ports it takes`,
          hint: "leave it out, and name each port with PublishPort=",
        },
      ];
    const publishes = mode === "pasta" && /(^|,)(-[tu]|--(tcp|udp)-ports)/.test(options);
    return publishes ? [{ entry, message: "pasta would publish ports by itself", hint: "PublishPort= for each" }] : [];
  });
}

/** Of podman run, pod create and build: what has a key of its own that is looked at. */
const HAS_A_KEY: readonly (readonly [RegExp, string])[] = [
  [/^(-[diqt]*[pP]|--publish(-all)?(=|$))/, "PublishPort="],
  [/^--(network|net)(=|$)/, "Network="],
  [/^--secret(=|$)/, "Secret="],
  [/^--name(=|$)/, "ContainerName="],
  [/^--pod(=|$|-)/, "Pod="],
  [/^--device(=|$)/, "AddDevice="],
  [/^--gpus(=|$)/, "AddDevice=nvidia.com/gpu=all"],
];

function podmanArgs(unit: Unit): readonly Unknowable[] {
  return wordsOf(unit, "PodmanArgs", "args").flatMap(({ text, entry }) => {
    const key = HAS_A_KEY.find(([pattern]) => pattern.test(text))?.[1];
    return key === undefined
      ? []
      : [{ entry, message: `${text.split("=")[0]} goes past what is looked at`, hint: `${key} says the same` }];
  });
}

/** Podman's generator takes them from the folder of the unit file, which here holds nothing but unit files. */
function relativePaths(unit: Unit): readonly Unknowable[] {
  const isRelative = (path: string) => /^\.{1,2}(\/|$)/.test(path);
  const paths = [
    ...all(unit, "Volume").map((entry) => ({ entry, path: volumeParts(entry.value).source })),
    ...all(unit, "EnvironmentFile").map((entry) => ({ entry, path: plain(entry.value.replace(/^-/, "")) })),
    ...["File", "SetWorkingDirectory"].flatMap((key) =>
      unit.kind === "build" ? all(unit, key).map((entry) => ({ entry, path: plain(entry.value) })) : [],
    ),
  ];
  return paths
    .filter(({ path }) => isRelative(path))
    .map(({ entry, path }) => ({
      entry,
      message: `${path} would be looked for beside the unit files of the account`,
      hint: "write it from / on, or from %h, which is the home of the service",
    }));
}

/** A path without any slash counts from the folder as well. */
function plain(path: string): string {
  return path === "" || /^([/%.]|[a-z]+:\/\/|unit$)/.test(path) ? path : `./${path}`;
}

function cards({ devices }: RawUnit): readonly Unknowable[] {
  return devices
    .filter(({ name }) => isGpu(name) && isExpandable(name))
    .map(({ entry }) => ({
      entry,
      message: "only systemd knows which graphics card that is",
      hint: "AddDevice=nvidia.com/gpu=0, a file for each",
    }));
}

function runsAgain({ unit, isOneshot }: RawUnit): readonly Unknowable[] {
  if (unit.kind !== "container" || !isOneshot) return [];
  if (/^(1|yes|true|on)$/i.test(serviceSetting(unit, "RemainAfterExit") ?? "")) return [];
  const message = "each run of this program would start it again: its service ends, and is down then";
  return [{ entry: undefined, message, hint: "RemainAfterExit=yes in [Service]" }];
}
