/** Rules about what a container may do of what root may. */
import { suggestNear } from "../model/suggest.ts";
import { wordsOf } from "./lookup.ts";
import { isOpen } from "./podman-values.ts";
import { atValue, perUnit, type Rule } from "./rule.ts";

/** Of capabilities(7), up to Linux 6. */
const NAMES =
  "AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM".split(
    " ",
  );

export const capabilityRules: readonly Rule[] = [
  {
    id: "no-capability",
    level: "error",
    what: "AddCapability= or DropCapability= has a name that no capability has.",
    why: "podman refuses it when the unit starts.",
    instead: "Names of capabilities(7), with or without CAP_, or all.",
    find: perUnit(["container"], (unit) =>
      ["AddCapability", "DropCapability"].flatMap((key) =>
        wordsOf(unit, key, "words")
          .filter(({ text }) => !isOpen(text) && !isKnown(text))
          .map(({ text, at, entry }) =>
            atValue(
              entry,
              at,
              `podman knows no capability "${text}"`,
              suggestNear(text.toUpperCase().replace(/^CAP_/, ""), NAMES) ?? "capabilities(7) has their names",
            ),
          ),
      ),
    ),
  },
];

function isKnown(word: string): boolean {
  const name = word.toUpperCase().replace(/^CAP_/, "");
  return name === "ALL" || NAMES.includes(name);
}
