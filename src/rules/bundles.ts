/** Rules about .quadlets files. */
import { splitBundle } from "./bundle.ts";
import type { Found, Rule } from "./rule.ts";
import type { SourceFile } from "./unit-set.ts";

function onBundles(find: (file: SourceFile) => readonly Found[]): Rule["find"] {
  return ({ set }) => set.files.filter((file) => file.name.endsWith(".quadlets")).flatMap(find);
}

export const bundleRules: readonly Rule[] = [
  {
    id: "bundle",
    level: "hint",
    what: "A .quadlets file holds several quadlets.",
    why: "The generator does not read it: `podman quadlet install` (5.8) takes it apart. Its parts are checked like files.",
    instead: "podman quadlet install FILE.quadlets, or a file for each.",
    find: onBundles((file) => [
      {
        file,
        at: 0,
        path: "",
        message: "the generator does not read .quadlets files",
        hint: "podman quadlet install (5.8) takes it apart",
      },
    ]),
  },
  {
    id: "bundle-part",
    level: "error",
    what: "A part of a .quadlets file has no # FileName=, or no section that tells its kind, or the name of another part.",
    why: "podman quadlet install refuses the file.",
    instead: "# FileName=NAME without a suffix, then [Container] or the like; --- between the parts.",
    find: onBundles((file) => {
      const seen = new Set<string>();
      return splitBundle(file.text).flatMap((part) => {
        const place = { file, at: part.from, path: "" };
        const hint = "begin each part with # FileName=NAME";
        if (part.named === undefined || part.named === "")
          return [{ ...place, message: "this part has no # FileName=", hint }];
        if (part.name === undefined)
          return [{ ...place, message: "no section tells what this part is", hint: "[Container], [Volume], ..." }];
        if (/[/\\]/.test(part.named)) return [{ ...place, message: `"${part.named}" is no name of a file`, hint }];
        if (seen.has(part.name))
          return [{ ...place, message: `a part before it is ${part.name}, too`, hint: "another FileName" }];
        seen.add(part.name);
        return [];
      });
    }),
  },
];
