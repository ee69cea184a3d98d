/** Rules about ports, secrets and other options that podman refuses when the unit starts. */
import { isWholeName } from "./container.ts";
import { all, last, settingOf, wordsOf } from "./lookup.ts";
import { isOpen } from "./podman-values.ts";
import { portFault } from "./ports.ts";
import { atEntry, atValue, perUnit, type Rule } from "./rule.ts";

export const podmanOptionRules: readonly Rule[] = [
  {
    id: "port",
    level: "error",
    what: "PublishPort= is none that podman takes.",
    why: "podman refuses it when the unit starts.",
    instead: "PORT, HOST:PORT or ADDRESS:HOST:PORT, ranges as 8000-8010, /udp behind; IPv6 in brackets.",
    find: perUnit(["container", "pod", "kube"], (unit) =>
      all(unit, "PublishPort").flatMap((entry) => {
        const value = entry.value.trim();
        const fault = isOpen(value) ? undefined : portFault(value);
        return fault === undefined ? [] : [atEntry(entry, `podman takes no port "${value}"`, fault)];
      }),
    ),
  },
  {
    id: "sysctl-format",
    level: "error",
    what: "A word of Sysctl= is no NAME=VALUE.",
    why: "podman refuses it when the unit starts.",
    instead: "Sysctl=net.core.somaxconn=1024, in quotes where the value has blanks.",
    find: perUnit(["container"], (unit) =>
      wordsOf(unit, "Sysctl", "words")
        .filter((word) => !/^[^=]+=/.test(word.text) && !isOpen(word.text))
        .map((word) =>
          atValue(
            word.entry,
            word.at,
            `"${word.text}" is no NAME=VALUE`,
            "put the whole in quotes where the value has blanks",
          ),
        ),
    ),
  },
  {
    id: "secret-format",
    level: "error",
    what: "Secret= has an option that podman does not know, or that type=env does not have.",
    why: "podman refuses it when the unit starts.",
    instead: "Secret=NAME,type=mount,target=,uid=,gid=,mode= or Secret=NAME,type=env,target=VARIABLE.",
    find: perUnit(["container"], (unit) =>
      wordsOf(unit, "Secret", "args").flatMap((word) => {
        const options = word.text
          .split(",")
          .slice(1)
          .map((option) => option.split("="));
        const isEnv = options.some(([name, value]) => name === "type" && value === "env");
        const odd = options.find(([name = "", value]) =>
          name === "type"
            ? value !== "env" && value !== "mount"
            : !["source", "target", ...(isEnv ? [] : ["uid", "gid", "mode"])].includes(name),
        );
        if (odd === undefined || isOpen(word.text)) return [];
        const why = isEnv ? "a secret in a variable has no such option" : "podman knows no such option";
        return [
          atValue(
            word.entry,
            word.at,
            `${odd.join("=")}: ${why}`,
            "type=mount or env, target=, and for mounts uid=, gid=, mode=",
          ),
        ];
      }),
    ),
  },
  {
    id: "keep-groups-alone",
    level: "error",
    what: "GroupAdd=keep-groups beside another GroupAdd=.",
    why: "podman refuses it when the unit starts.",
    instead: "keep-groups alone.",
    find: perUnit(["container"], (unit) => {
      const groups = all(unit, "GroupAdd");
      const keep = groups.find((entry) => entry.value === "keep-groups");
      return keep === undefined || groups.length === 1
        ? []
        : [atEntry(keep, "podman takes keep-groups alone only", "remove the others")];
    }),
  },
  {
    id: "restart-option",
    level: "error",
    what: "--restart in PodmanArgs=.",
    why: "podman refuses it beside --rm, which quadlet always gives.",
    instead: "Restart= in [Service].",
    find: perUnit(["container"], (unit) =>
      wordsOf(unit, "PodmanArgs", "args")
        .filter((word) => /^--restart(=(always|unless-stopped))?$/.test(word.text))
        .map((word) =>
          atValue(
            word.entry,
            word.at,
            "podman refuses it beside --rm, which quadlet gives",
            "use Restart= in [Service]",
          ),
        ),
    ),
  },
  {
    id: "auto-update-name",
    level: "error",
    what: "AutoUpdate=registry for an image whose name has no registry, or that is pinned by digest.",
    why: "podman refuses the first when the unit starts; the second never changes.",
    instead: "The whole name with a tag.",
    find: perUnit(["container"], (unit, context) => {
      const entry = last(unit, "AutoUpdate");
      const image = settingOf(unit, "Image", context);
      if (entry === undefined || !/^(registry|image)$/i.test(settingOf(unit, "AutoUpdate", context)) || isOpen(image))
        return [];
      return isWholeName(image)
        ? []
        : [atEntry(entry, `${image} has no registry, which podman refuses here`, "write the image's whole name")];
    }),
  },
  {
    id: "auto-update-of-a-digest",
    level: "warning",
    what: "AutoUpdate=registry for an image that is pinned by digest.",
    why: "What a digest stands for never changes, so nothing is ever updated.",
    instead: "A tag, or no AutoUpdate=.",
    find: perUnit(["container"], (unit, context) => {
      const entry = last(unit, "AutoUpdate");
      const isPinned = /@sha256:[0-9a-f]{64}$/.test(settingOf(unit, "Image", context));
      return entry !== undefined && isPinned && /^registry$/i.test(entry.value)
        ? [atEntry(entry, "a digest never changes", "use a tag")]
        : [];
    }),
  },
  {
    id: "keep-id-as-root",
    level: "error",
    only: "rootful",
    what: "UserNS=keep-id or nomap in a unit of the system's manager.",
    why: "podman has them for users only, and refuses them for root.",
    instead: "UserNS=auto, or UIDMap= and GIDMap=.",
    find: perUnit(["container", "pod", "kube"], (unit, context) => {
      const entry = last(unit, "UserNS");
      if (entry === undefined || !/^(keep-id|nomap)/.test(settingOf(unit, "UserNS", context))) return [];
      return [atEntry(entry, "podman has it for users only", "use auto, or UIDMap= and GIDMap=")];
    }),
  },
  {
    id: "slirp4netns",
    level: "error",
    what: "Network=slirp4netns.",
    why: "podman 6 does not have it any more.",
    instead: "Network=pasta.",
    since: "6.0",
    find: perUnit(["container", "pod", "kube"], (unit) =>
      all(unit, "Network")
        .filter((entry) => /^slirp4netns(:|$)/.test(entry.value))
        .map((entry) => atEntry(entry, "podman 6 has no slirp4netns", "use pasta")),
    ),
  },
];
