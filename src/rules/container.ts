/** Rules about [Container] as a whole: what the generator refuses to make a unit of. */
import { trimEndSpace } from "../quadlet/read.ts";
import { splitWords, type Word } from "../quadlet/words.ts";
import { all, last, settingOf, wordsOf } from "./lookup.ts";
import { atEntry, atUnit, type Found, perUnit, type Rule } from "./rule.ts";
import type { Entry, Unit } from "./unit-set.ts";

const LOST = "The generator leaves the unit out.";
const MAPPINGS = ["UserNS", "UIDMap", "GIDMap", "SubUIDMap", "SubGIDMap"];
const REMAPS = ["RemapUid", "RemapGid", "RemapUsers"];

function remaps(unit: Unit): readonly Found[] {
  const users = last(unit, "RemapUsers");
  const maps = [...wordsOf(unit, "RemapUid", "words"), ...wordsOf(unit, "RemapGid", "words")];
  const value = users?.value ?? "";
  const [first] = maps;
  if (value === "" && first !== undefined)
    return [atEntry(first.entry, "needs RemapUsers=", "use UIDMap= and GIDMap=, or UserNS=")];
  if (users === undefined || value === "") return [];
  if (!["manual", "auto", "keep-id"].includes(value)) {
    return [
      atEntry(users, `quadlet knows no RemapUsers=${value}`, "manual, auto or keep-id; UserNS= is its successor"),
    ];
  }
  if (value === "manual" && unit.kind === "kube")
    return [atEntry(users, "quadlet refuses manual in a .kube file", "use UserNS=")];
  const several = ["RemapUid", "RemapGid"].find((key) => wordsOf(unit, key, "words").length > 1);
  if (value !== "keep-id" || several === undefined) return [];
  const entry = all(unit, several).at(-1) ?? users;
  return [atEntry(entry, "keep-id takes one value only", `UserNS=keep-id:uid=...,gid=...`)];
}

export const containerRules: readonly Rule[] = [
  {
    id: "no-image",
    level: "error",
    what: "A container has neither Image= nor Rootfs=.",
    why: LOST,
    instead: "Image=registry/name:tag. An empty assignment counts as none, and [container] is not [Container].",
    find: perUnit(["container"], (unit, context) => {
      if (settingOf(unit, "Image", context) !== "" || settingOf(unit, "Rootfs", context) !== "") return [];
      const entry = last(unit, "Image") ?? last(unit, "Rootfs");
      const message = "there is no Image= and no Rootfs=";
      const hint = "without either the generator leaves the unit out";
      return [entry === undefined ? atUnit(unit, message, hint) : atEntry(entry, message, hint)];
    }),
  },
  {
    id: "image-and-rootfs",
    level: "error",
    what: "A container has both Image= and Rootfs=.",
    why: LOST,
    instead: "One of them.",
    find: perUnit(["container"], (unit, context) => {
      const rootfs = last(unit, "Rootfs");
      if (rootfs === undefined || settingOf(unit, "Rootfs", context) === "" || settingOf(unit, "Image", context) === "")
        return [];
      return [atEntry(rootfs, "stands beside Image=", "the generator takes one of them only")];
    }),
  },
  {
    id: "group-without-user",
    level: "error",
    what: "Group= without User=.",
    why: LOST,
    instead: "User= and Group=, or User=UID:GID.",
    find: perUnit(["container"], (unit, context) => {
      const group = last(unit, "Group");
      if (group === undefined || settingOf(unit, "Group", context) === "" || settingOf(unit, "User", context) !== "")
        return [];
      return [atEntry(group, "needs User=, too", `for example User=0`)];
    }),
  },
  {
    id: "remap-and-mapping",
    level: "error",
    what: "The old Remap keys stand beside UserNS=, UIDMap= and the like.",
    why: LOST,
    instead: "UserNS=, UIDMap=, GIDMap= alone; the Remap keys are out of date.",
    find: perUnit(["container", "pod", "kube"], (unit, context) => {
      const remap = REMAPS.map((key) => last(unit, key)).find((entry) => entry !== undefined);
      const mapping = MAPPINGS.find((key) =>
        /Map$/.test(key) && !key.startsWith("Sub")
          ? wordsOf(unit, key, "words").length > 0
          : settingOf(unit, key, context) !== "",
      );
      if (remap === undefined || mapping === undefined) return [];
      return [
        atEntry(remap, `stands beside ${mapping}=, which quadlet refuses`, "keep UserNS=, UIDMap= and the like only"),
      ];
    }),
  },
  {
    id: "remap",
    level: "error",
    what: "The Remap keys say something that the generator does not take.",
    why: LOST,
    instead: "UserNS=keep-id:uid=...,gid=..., UserNS=auto, or UIDMap= and GIDMap=.",
    find: perUnit(["container", "pod", "kube"], (unit, context) =>
      MAPPINGS.some((key) => settingOf(unit, key, context) !== "") ? [] : remaps(unit),
    ),
  },
  {
    id: "expose-format",
    level: "error",
    what: "ExposeHostPort= is no port.",
    why: LOST,
    instead: "PORT, FIRST-LAST, and /tcp or /udp behind.",
    find: perUnit(["container"], (unit) =>
      all(unit, "ExposeHostPort")
        .filter((entry) => !/\d+(-\d+)?(\/udp|\/tcp)?$/.test(trimEndSpace(entry.value)))
        .map((entry) => atEntry(entry, `"${entry.value}" is no port`, "8080, 8000-8010, 53/udp")),
    ),
  },
  {
    id: "reload-twice",
    level: "error",
    what: "Both ReloadCmd= and ReloadSignal=.",
    why: LOST,
    instead: "One of them.",
    since: "5.5",
    find: perUnit(["container"], (unit, context) => {
      const signal = last(unit, "ReloadSignal");
      if (
        signal === undefined ||
        settingOf(unit, "ReloadSignal", context) === "" ||
        wordsOfLast(last(unit, "ReloadCmd")).length === 0
      )
        return [];
      return [atEntry(signal, "stands beside ReloadCmd=", "quadlet takes one of them only")];
    }),
  },
  {
    id: "short-image-name",
    level: "hint",
    what: "The image's name has no registry.",
    why: "What it stands for depends on the host's short names and search list, and podman may have to ask.",
    instead: "The whole name: docker.io/library/nginx:1.29.",
    find: perUnit(["container", "image"], (unit, context) => {
      const entry = last(unit, "Image");
      const value = settingOf(unit, "Image", context);
      if (entry === undefined || value === "" || isWholeName(value) || /[%$]/.test(value)) return [];
      return [atEntry(entry, `${value} has no registry`, "for example docker.io/library/nginx:1.29")];
    }),
  },
];

/** What cannot be taken apart is no command to it. */
function wordsOfLast(entry: Entry | undefined): readonly Word[] {
  const { words, fault } = splitWords(entry?.value ?? "", "args");
  return fault?.kind === "escape" ? [] : words;
}

/** As the generator judges it: a domain before the first slash, an id, or another quadlet. */
export function isWholeName(image: string): boolean {
  if (/\.(build|image)$/.test(image) || /^sha256:/.test(image) || /^[0-9a-f]{64}$/i.test(image)) return true;
  if (/^[a-z-]+:\/|^(oci|dir|docker-archive|oci-archive|containers-storage):/.test(image)) return true;
  const domain = image.includes("/") ? image.slice(0, image.indexOf("/")) : "";
  return /[.:]/.test(domain) || domain === "localhost";
}
