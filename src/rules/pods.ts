/** Rules about pods and what belongs to them. */
import { all, entriesFor, isTrue, last, settingOf } from "./lookup.ts";
import { atEntry, type Context, perUnit, type Rule } from "./rule.ts";
import type { Entry, Unit } from "./unit-set.ts";

/** What podman refuses beside --pod. */
const REFUSED = [
  "PublishPort",
  "UserNS",
  "UIDMap",
  "GIDMap",
  "SubUIDMap",
  "SubGIDMap",
  "RemapUsers",
  "IP",
  "IP6",
  "HostName",
];
/** What has no effect, or another one than meant. */
const IDLE = ["Network", "NetworkAlias", "AddHost", "DNS", "DNSOption", "DNSSearch"];

export function podOf(unit: Unit, context: Context): string {
  return unit.kind === "container" ? settingOf(unit, "Pod", context) : "";
}

function inPod(keys: readonly string[], message: string, hint: (key: string) => string): Rule["find"] {
  return perUnit(["container"], (unit, context) => {
    if (podOf(unit, context) === "") return [];
    return keys
      .flatMap((key) => all(unit, key))
      .filter(hasValue)
      .map((entry) => atEntry(entry, message, hint(entry.key)));
  });
}

function hasValue(entry: Entry): boolean {
  return entry.value !== "" && entry.value !== '""';
}

export const podRules: readonly Rule[] = [
  {
    id: "pod-not-a-file",
    level: "error",
    what: "Pod= names something else than a .pod file.",
    why: "The generator leaves the unit out: it joins pods that are quadlets only.",
    instead: "The name of the file: Pod=NAME.pod.",
    find: perUnit(["container"], (unit, context) => {
      const pod = podOf(unit, context);
      const entry = last(unit, "Pod");
      if (entry === undefined || pod === "" || pod.endsWith(".pod")) return [];
      const named = [...context.set.byName.values()].find(
        (other) =>
          other.kind === "pod" && (settingOf(other, "PodName", context) === pod || other.name === `${pod}.pod`),
      );
      const file = named?.name ?? `${pod.replace(/-pod\.service$/, "")}.pod`;
      return [atEntry(entry, `"${pod}" is no .pod file`, `name the file: Pod=${file}`)];
    }),
  },
  {
    id: "refused-in-a-pod",
    level: "error",
    what: "A member of a pod sets what the pod decides: ports, user namespace, address, host name.",
    why: "podman refuses it beside --pod, and the unit does not start.",
    instead: "The same key in [Pod].",
    find: inPod(REFUSED, "podman refuses it for a member of a pod", (key) => `set ${key}= in the .pod`),
  },
  {
    id: "idle-in-a-pod",
    level: "warning",
    what: "A member of a pod sets up a network or names of its own.",
    why: "Members share the network of the pod.",
    instead: "The same key in [Pod].",
    find: inPod(IDLE, "members share the network of their pod", (key) => `set ${key}= in the .pod`),
  },
  {
    id: "oneshot-in-a-pod",
    level: "warning",
    what: "A pod has a member of Type=oneshot, and the exit policy stop.",
    why: "When it ends while no other member runs, the pod goes down with it.",
    instead: "ExitPolicy=continue in [Pod] (5.6), before that PodmanArgs=--exit-policy=continue.",
    find: perUnit(["container"], (unit, context) => {
      const pod = context.set.byName.get(podOf(unit, context));
      const type = entriesFor(unit, "Service", "Type").at(-1);
      if (pod === undefined || type?.value !== "oneshot") return [];
      const isKept =
        settingOf(pod, "ExitPolicy", context) === "continue" ||
        all(pod, "PodmanArgs").some((entry) => /--exit-policy[= ]continue/.test(entry.value));
      return isKept
        ? []
        : [atEntry(type, `takes ${pod.name} down when it ends alone`, "ExitPolicy=continue in the .pod")];
    }),
  },
  {
    id: "restart-of-a-pod",
    level: "warning",
    what: "Restart= in a .pod.",
    why: "Before 6.0 the generator puts on-failure in its place.",
    instead: "A drop-in of systemd for the generated NAME-pod.service.",
    until: "6.0",
    find: perUnit(["pod"], (unit) =>
      entriesFor(unit, "Service", "Restart")
        .filter((entry) => entry.value !== "on-failure")
        .map((entry) =>
          atEntry(entry, "quadlet puts on-failure in its place", "use a drop-in of systemd for the generated service"),
        ),
    ),
  },
  {
    id: "type-of-a-pod",
    level: "warning",
    what: "Type= or PIDFile= in a .pod.",
    why: "The generator puts its own in their place.",
    instead: "Neither.",
    find: perUnit(["pod"], (unit) =>
      ["Type", "PIDFile"]
        .flatMap((key) => entriesFor(unit, "Service", key))
        .filter((entry) => entry.value !== "forking")
        .map((entry) => atEntry(entry, "quadlet puts its own in its place", "remove it")),
    ),
  },
  {
    id: "start-with-no-pod",
    level: "hint",
    what: "StartWithPod= without Pod=.",
    why: "It has no effect.",
    instead: "Pod=NAME.pod beside it.",
    find: perUnit(["container"], (unit, context) => {
      const entry = last(unit, "StartWithPod");
      if (entry === undefined || podOf(unit, context) !== "" || isTrue(unit, "StartWithPod", context, true)) return [];
      return [atEntry(entry, "has no effect without Pod=")];
    }),
  },
];
