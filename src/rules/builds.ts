/** Rules about .build and .kube files: what the generator refuses. */
import { entriesFor, last, settingOf, wordsOf } from "./lookup.ts";
import { needs } from "./resources.ts";
import { atEntry, atUnit, type Context, type Found, perUnit, type Rule } from "./rule.ts";
import type { Unit } from "./unit-set.ts";

const LOST = "The generator leaves the unit out.";

function workingDirectory(unit: Unit, context: Context): readonly Found[] {
  const entry = last(unit, "SetWorkingDirectory");
  const value = settingOf(unit, "SetWorkingDirectory", context).toLowerCase();
  if (entry === undefined || value === "" || value === "unit") return [];
  if (unit.kind === "build") {
    if (value === "yaml") return [atEntry(entry, "yaml is for .kube files", "unit, file, a path or an address")];
    if (value === "file" && settingOf(unit, "File", context) === "")
      return [atEntry(entry, "file needs File=", "name the Containerfile by File=")];
    return [];
  }
  if (value === "file") return [atEntry(entry, "file is for .build files", "yaml or unit")];
  if (value !== "yaml")
    return [
      atEntry(entry, `quadlet takes yaml or unit, and not ${value}`, "WorkingDirectory= in [Service] takes any path"),
    ];
  if (wordsOf(unit, "Yaml", "words").length < 2) return [];
  return [atEntry(entry, "yaml is for one Yaml= only", "use unit, or WorkingDirectory= in [Service]")];
}

function context(unit: Unit, target: Context): readonly Found[] {
  const directory = settingOf(unit, "WorkingDirectory", target, "Service");
  const set = settingOf(unit, "SetWorkingDirectory", target);
  const file = settingOf(unit, "File", target);
  if (directory !== "" || set !== "") return [];
  if (file === "") {
    return [
      atUnit(
        unit,
        "there is neither SetWorkingDirectory= nor File=",
        "SetWorkingDirectory=unit builds what is beside this file",
      ),
    ];
  }
  const entry = last(unit, "File");
  if (entry === undefined || /^(\/|%[^%]|https?:\/\/|git:\/\/|github\.com\/.)/.test(file)) return [];
  return [
    atEntry(
      entry,
      "a relative path needs SetWorkingDirectory=",
      "SetWorkingDirectory=unit takes it from beside this file",
    ),
  ];
}

export const buildRules: readonly Rule[] = [
  {
    id: "no-image-tag",
    level: "error",
    what: "A .build file has no ImageTag=.",
    why: LOST,
    instead: "ImageTag=localhost/name:tag.",
    find: needs("build", "ImageTag"),
  },
  {
    id: "no-build-context",
    level: "error",
    what: "A .build file does not say what to build: no File= and no SetWorkingDirectory=, or a relative File= alone.",
    why: LOST,
    instead: "SetWorkingDirectory=unit for the folder of the .build file, or File=/path.",
    find: perUnit(["build"], context),
  },
  {
    id: "set-working-directory",
    level: "error",
    what: "SetWorkingDirectory= has a value that is not for this kind of file, or lacks what it refers to.",
    why: LOST,
    instead: ".kube: yaml or unit. .build: file (with File=), unit, a path or an address.",
    find: perUnit(["build", "kube"], workingDirectory),
  },
  {
    id: "working-directory-twice",
    level: "warning",
    what: "SetWorkingDirectory= beside WorkingDirectory= in [Service].",
    why: "The generator leaves the latter as it is, and drops the former unless it is an absolute path or an address.",
    instead: "One of them.",
    find: perUnit(["build", "kube"], (unit, context) => {
      const entry = last(unit, "SetWorkingDirectory");
      const value = settingOf(unit, "SetWorkingDirectory", context);
      const isOther = settingOf(unit, "WorkingDirectory", context, "Service") !== "";
      if (entry === undefined || value === "" || !isOther || /^\/|:\/\//.test(value)) return [];
      return [atEntry(entry, "is dropped for WorkingDirectory= in [Service]", "remove one of them")];
    }),
  },
  {
    id: "no-yaml",
    level: "error",
    what: "A .kube file has no Yaml=.",
    why: LOST,
    instead: "Yaml=NAME.yaml; a relative path is taken from beside the .kube file.",
    find: needs("kube", "Yaml"),
  },
  {
    id: "several-yaml",
    level: "warning",
    what: "A .kube file has several Yaml=.",
    why: "Before 5.7 the last one counts.",
    instead: "One file with --- between the parts, or several .kube files.",
    until: "5.7",
    find: perUnit(["kube"], (unit) =>
      entriesFor(unit, unit.section, "Yaml")
        .slice(1)
        .map((entry) =>
          atEntry(entry, "the Yaml= before it does not count before podman 5.7", "write one file, or several .kube"),
        ),
    ),
  },
];
