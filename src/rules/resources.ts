/** Rules about .network, .volume, .image, .build, .kube and .artifact files: what the generator refuses. */
import { isAtLeast } from "../quadlet/version.ts";
import { all, last, settingOf, wordsOf } from "./lookup.ts";
import { atEntry, atUnit, perUnit, type Rule } from "./rule.ts";
import type { Kind } from "./unit-set.ts";

const LOST = "The generator leaves the unit out.";

/** A key without which there is no unit. */
export function needs(kind: Kind, key: string): Rule["find"] {
  return perUnit([kind], (unit, context) => {
    const entry = last(unit, key);
    // Before 5.7 it was one value.
    const isList = key === "Yaml" && isAtLeast(context.podman, "5.7");
    const isThere = isList ? wordsOf(unit, key, "words").length > 0 : settingOf(unit, key, context) !== "";
    const hasIt = key === "ImageTag" ? all(unit, key).length > 0 : isThere;
    if (hasIt) return [];
    const message = `there is no ${key}=`;
    const hint = "without it the generator leaves the unit out";
    return [entry === undefined ? atUnit(unit, message, hint) : atEntry(entry, message, hint)];
  });
}

export const resourceRules: readonly Rule[] = [
  {
    id: "gateway-without-subnet",
    level: "error",
    what: "A network has Gateway= or IPRange= without Subnet=, or more of them than subnets.",
    why: LOST,
    instead: "For each Gateway= and IPRange= a Subnet= of its own, in the same order.",
    find: perUnit(["network"], (unit) => {
      const subnets = all(unit, "Subnet").length;
      return ["Gateway", "IPRange"].flatMap((key) => {
        const entry = all(unit, key)[subnets];
        if (entry === undefined) return [];
        const message = subnets === 0 ? "needs Subnet=" : `there are more ${key}= than Subnet=`;
        return [atEntry(entry, message, `for each ${key}= a Subnet=`)];
      });
    }),
  },
  {
    id: "image-driver-without-image",
    level: "error",
    what: "A volume has Driver=image and no Image=.",
    why: LOST,
    instead: "Image=registry/name:tag, or Image=NAME.image.",
    find: perUnit(["volume"], (unit, target) => {
      const driver = last(unit, "Driver");
      if (driver === undefined || settingOf(unit, "Driver", target) !== "image" || last(unit, "Image") !== undefined)
        return [];
      return [atEntry(driver, "the driver image needs Image=", "Image=registry/name:tag")];
    }),
  },
  {
    id: "volume-without-device",
    level: "error",
    what: "A volume has Type= without Device=; before 6.0 the same with Options=.",
    why: LOST,
    instead: "Device=/path, or Device=tmpfs with Type=tmpfs.",
    find: perUnit(["volume"], (unit, target) => {
      if (settingOf(unit, "Device", target) !== "" || settingOf(unit, "Driver", target) === "image") return [];
      const keys = isAtLeast(target.podman, "6.0") ? ["Type"] : ["Type", "Options"];
      return keys
        .filter((key) => settingOf(unit, key, target) !== "")
        .flatMap((key) => last(unit, key) ?? [])
        .map((entry) => atEntry(entry, "needs Device=", "Device=/path, or Device=tmpfs with Type=tmpfs"));
    }),
  },
  {
    id: "volume-user-by-name",
    level: "warning",
    what: "User= or Group= of a volume is no number, or one with a zero in front.",
    why: "The generator takes 0 for what is none or too large, which is root; and 010 for 8.",
    instead: "The number.",
    find: perUnit(["volume"], (unit, target) =>
      ["User", "Group"].flatMap((key) => {
        const entry = last(unit, key);
        const value = settingOf(unit, key, target);
        const plain = value.replace(/^\+/, "");
        if (entry === undefined || (/^(0|[1-9]\d*|0[xX][0-9a-fA-F]+)$/.test(plain) && Number(plain) < 2 ** 32))
          return [];
        if (/^0[0-7]+$/.test(plain))
          return [atEntry(entry, `"${value}" counts as ${Number.parseInt(plain, 8)}`, "write no zero in front")];
        return [atEntry(entry, `"${value}" is no number, and counts as 0`, "write the number")];
      }),
    ),
  },
  {
    id: "no-image-to-pull",
    level: "error",
    what: "A .image file has no Image=.",
    why: LOST,
    instead: "Image=registry/name:tag.",
    find: needs("image", "Image"),
  },
  {
    id: "no-artifact",
    level: "error",
    what: "A .artifact file has no Artifact=.",
    why: LOST,
    instead: "Artifact=registry/name:tag.",
    find: needs("artifact", "Artifact"),
  },
];
