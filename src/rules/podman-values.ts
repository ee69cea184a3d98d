/** Rules about words, sizes and addresses that podman refuses when the unit starts. */
import { all, last, settingOf } from "./lookup.ts";
import { atEntry, type Found, perEntry, perUnit, type Rule } from "./rule.ts";
import { type Entry, KINDS, type Kind } from "./unit-set.ts";

interface Grammar {
  readonly kinds: readonly Kind[];
  readonly keys: readonly string[];
  readonly pattern: RegExp;
  readonly says: string;
}

const SIZE = /^\d+(\.\d+)?\s*([bkmgtp]i?b?)?$/i;
const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const NUMBER = /^-?\d+$/;
const GO_DURATION = /^0$|^[+-]?((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+$/;
const SIGNAL =
  /^(([1-9]|[1-5]\d|6[0-4])|(SIG)?(HUP|INT|QUIT|ILL|TRAP|ABRT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|STKFLT|CHLD|CLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL|PWR|SYS|IOT|UNUSED|RTMIN(\+\d+)?|RTMAX(-\d+)?))$/i;
const V46 = "[0-9a-fA-F:.]+";
const RANGE = new RegExp(`^${V46}(/\\d{1,3}|-${V46})$`);

const GRAMMARS: readonly Grammar[] = [
  { kinds: ["container"], keys: ["Memory"], pattern: SIZE, says: "a size: 512m, 4g" },
  { kinds: ["container", "pod"], keys: ["ShmSize"], pattern: SIZE, says: "a size: 64m, 8g" },
  { kinds: ["container"], keys: ["PidsLimit"], pattern: NUMBER, says: "a number; -1 for no limit" },
  { kinds: ["container", "pod"], keys: ["StopTimeout"], pattern: /^-?\d+$/, says: "a number of seconds" },
  {
    kinds: ["container"],
    keys: ["Pull"],
    pattern: /^(always|missing|never|newer)$/i,
    says: "always, missing, never or newer",
  },
  {
    kinds: ["image"],
    keys: ["Policy"],
    pattern: /^(always|missing|never|newer)$/i,
    says: "always, missing, never or newer",
  },
  { kinds: ["pod"], keys: ["ExitPolicy"], pattern: /^(continue|stop)$/, says: "continue or stop" },
  {
    kinds: ["container"],
    keys: ["CgroupsMode"],
    pattern: /^(enabled|disabled|no-conmon|split)$/,
    says: "split, enabled, no-conmon or disabled",
  },
  {
    kinds: ["container", "kube"],
    keys: ["LogDriver"],
    pattern: /^(journald|k8s-file|json-file|none|passthrough|passthrough-tty)$/,
    says: "journald, k8s-file, passthrough or none",
  },
  {
    kinds: ["container", "pod", "kube"],
    keys: ["UserNS"],
    pattern: /^(host|private|auto(:.*)?|keep-id(:.*)?|nomap|ns:.+|container:.+)$/,
    says: "keep-id, auto, nomap or host",
  },
  {
    kinds: ["container"],
    keys: ["Ulimit"],
    pattern: /^(host|[a-z]+=(-?\d+|unlimited)(:(-?\d+|unlimited))?)$/i,
    says: "NAME=SOFT:HARD: nofile=65536:65536",
  },
  {
    kinds: ["container", "pod"],
    keys: ["AddHost"],
    pattern: /^[^:\s]+:(host-gateway|[0-9a-fA-F:.[\]]+)$/,
    says: "NAME:ADDRESS, or NAME:host-gateway",
  },
  { kinds: ["network"], keys: ["IPRange"], pattern: RANGE, says: "ADDRESS/BITS or FIRST-LAST: 10.89.0.128/25" },
  {
    kinds: ["container"],
    keys: ["StopSignal", "ReloadSignal"],
    pattern: SIGNAL,
    says: "a signal: SIGTERM, SIGHUP, 15",
  },
  { kinds: ["container"], keys: ["Tmpfs"], pattern: /^\//, says: "an absolute path: /tmp, /run:size=64m" },
  { kinds: ["kube"], keys: ["ExitCodePropagation"], pattern: /^(all|any|none)$/, says: "all, any or none" },
  {
    kinds: ["container", "image", "build", "artifact"],
    keys: ["RetryDelay"],
    pattern: GO_DURATION,
    says: "a number with its unit: 5s, 1m",
  },
  { kinds: ["network"], keys: ["Subnet"], pattern: /^[0-9a-fA-F:.]+\/\d{1,3}$/, says: "ADDRESS/BITS: 10.89.0.0/24" },
  {
    kinds: ["container"],
    keys: ["AutoUpdate"],
    pattern: /^(registry|local|image|disabled)$/i,
    says: "registry or local",
  },
];

export function isAddress(text: string): boolean {
  const parts = V4.exec(text)?.slice(1);
  if (parts !== undefined) return parts.every((part) => Number(part) < 256);
  return text.includes(":") && /^[0-9a-fA-F:.]{2,45}(%\w+)?$/.test(text) && text.split("::").length <= 2;
}

function refused(entry: Entry, value: string, says: string): readonly Found[] {
  return [atEntry(entry, `podman takes no "${value}" here`, says)];
}

/** Systemd fills these in, so that nobody knows what podman will see; other rules speak of the rest. */
export function isOpen(value: string): boolean {
  return value === "" || /[%$#]|^["']/.test(value);
}

export const podmanValueRules: readonly Rule[] = [
  {
    id: "value-that-podman-refuses",
    level: "error",
    what: "A word, size or number that podman does not take for this key.",
    why: "podman refuses it when the unit starts.",
    instead: "What the hint says.",
    find: perUnit(KINDS, (unit, context) =>
      GRAMMARS.filter((grammar) => grammar.kinds.includes(unit.kind)).flatMap((grammar) =>
        grammar.keys.flatMap((key) => {
          const isList = last(unit, key)?.mode === "line";
          const entries = isList ? all(unit, key) : [last(unit, key)].filter((entry) => entry !== undefined);
          return entries.flatMap((entry) => {
            const value = isList ? entry.value : settingOf(unit, key, context);
            return isOpen(value) || grammar.pattern.test(value) ? [] : refused(entry, value, grammar.says);
          });
        }),
      ),
    ),
  },
  {
    id: "no-address",
    level: "error",
    what: "An address is none.",
    why: "podman refuses it when the unit starts.",
    instead: "An address of IPv4 or IPv6; names are for AddHost= and NetworkAlias=.",
    find: perEntry(KINDS, (entry, unit) => {
      const keys = unit.kind === "network" ? ["Gateway", "DNS"] : ["IP", "IP6", "DNS"];
      const value = entry.value.trim();
      if (entry.section !== unit.section || !keys.includes(entry.key) || isOpen(value) || isAddress(value)) return [];
      return entry.key === "DNS" && value === "none" ? [] : refused(entry, value, "an address of IPv4 or IPv6");
    }),
  },
];
