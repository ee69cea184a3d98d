/** What a unit says that podman is to be called with: for each assignment the words that must be there. Written from the manual pages. */
import { posix } from "node:path";
import type { Entry, Unit, UnitSet } from "../../src/rules/unit-set.ts";
import { meantValue, meantWords } from "./words.ts";

/** Words that stand together; undefined where nobody can say what is meant, so that check must speak up. */
export interface Claim {
  readonly key: string;
  readonly words: readonly string[] | undefined;
  /** It depends on the host whether they are there. */
  readonly optional?: boolean;
}

export interface Meaning {
  /** Which of the commands of the unit it is about. */
  readonly command: string;
  readonly head: readonly string[];
  readonly claims: readonly Claim[];
  /** The end of the command, in this order. */
  readonly tail: readonly Claim[];
}

type Way = "value" | "line" | "bool" | "on" | "words" | "args" | "pairs";
type Rows = Readonly<Record<string, readonly [way: Way, flag: string, prefix?: string]>>;

const HEALTH: Rows = Object.fromEntries(
  "Cmd Interval OnFailure LogDestination MaxLogCount MaxLogSize Retries StartPeriod Timeout StartupCmd StartupInterval StartupRetries StartupSuccess StartupTimeout"
    .split(" ")
    .map((name) => [`Health${name}`, ["value", `--health${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`]]),
);

const DNS: Rows = { DNS: ["line", "--dns"], DNSOption: ["line", "--dns-option"], DNSSearch: ["line", "--dns-search"] };
const MAPS: Rows = {
  UserNS: ["value", "--userns"],
  UIDMap: ["words", "--uidmap"],
  GIDMap: ["words", "--gidmap"],
  SubUIDMap: ["value", "--subuidname"],
  SubGIDMap: ["value", "--subgidname"],
};
const RETRY: Rows = { Retry: ["value", "--retry"], RetryDelay: ["value", "--retry-delay"] };
const PULL: Rows = {
  AuthFile: ["value", "--authfile"],
  CertDir: ["value", "--cert-dir"],
  Creds: ["value", "--creds"],
  DecryptionKey: ["value", "--decryption-key"],
  TLSVerify: ["bool", "--tls-verify"],
  ...RETRY,
};

const ROWS: Readonly<Record<string, Rows>> = {
  Container: {
    ...HEALTH,
    ...DNS,
    ...MAPS,
    ...RETRY,
    AddCapability: ["words", "--cap-add"],
    AddHost: ["line", "--add-host"],
    Annotation: ["pairs", "--annotation"],
    AppArmor: ["value", "--security-opt", "apparmor="],
    AutoUpdate: ["value", "--label", "io.containers.autoupdate="],
    CgroupsMode: ["value", "--cgroups"],
    DropCapability: ["words", "--cap-drop"],
    Entrypoint: ["value", "--entrypoint"],
    Environment: ["pairs", "--env"],
    EnvironmentHost: ["bool", "--env-host"],
    ExposeHostPort: ["line", "--expose"],
    GroupAdd: ["line", "--group-add"],
    HostName: ["value", "--hostname"],
    HttpProxy: ["bool", "--http-proxy"],
    IP: ["value", "--ip"],
    IP6: ["value", "--ip6"],
    Label: ["pairs", "--label"],
    LogDriver: ["value", "--log-driver"],
    LogOpt: ["words", "--log-opt"],
    Mask: ["args", "--security-opt", "mask="],
    Memory: ["value", "--memory"],
    NetworkAlias: ["line", "--network-alias"],
    NoNewPrivileges: ["on", "--security-opt=no-new-privileges"],
    PidsLimit: ["value", "--pids-limit"],
    PublishPort: ["line", "--publish"],
    Pull: ["value", "--pull"],
    ReadOnly: ["bool", "--read-only"],
    ReadOnlyTmpfs: ["bool", "--read-only-tmpfs"],
    RunInit: ["bool", "--init"],
    SeccompProfile: ["value", "--security-opt", "seccomp="],
    Secret: ["args", "--secret"],
    SecurityLabelDisable: ["on", "--security-opt", "label=disable"],
    SecurityLabelFileType: ["value", "--security-opt", "label=filetype:"],
    SecurityLabelLevel: ["value", "--security-opt", "label=level:"],
    SecurityLabelNested: ["on", "--security-opt", "label=nested"],
    SecurityLabelType: ["value", "--security-opt", "label=type:"],
    ShmSize: ["value", "--shm-size"],
    StopSignal: ["value", "--stop-signal"],
    StopTimeout: ["value", "--stop-timeout"],
    Sysctl: ["words", "--sysctl"],
    Timezone: ["value", "--tz"],
    Tmpfs: ["line", "--tmpfs"],
    Ulimit: ["line", "--ulimit"],
    Unmask: ["args", "--security-opt", "unmask="],
    WorkingDir: ["value", "--workdir"],
  },
  Pod: {
    ...DNS,
    ...MAPS,
    AddHost: ["line", "--add-host"],
    HostName: ["line", "--hostname"],
    IP: ["value", "--ip"],
    IP6: ["value", "--ip6"],
    Label: ["pairs", "--label"],
    NetworkAlias: ["line", "--network-alias"],
    PublishPort: ["line", "--publish"],
    ShmSize: ["value", "--shm-size"],
  },
  Network: {
    DNS: ["line", "--dns"],
    DisableDNS: ["bool", "--disable-dns"],
    Driver: ["value", "--driver"],
    Gateway: ["line", "--gateway"],
    IPAMDriver: ["value", "--ipam-driver"],
    IPRange: ["line", "--ip-range"],
    IPv6: ["bool", "--ipv6"],
    InterfaceName: ["value", "--interface-name"],
    Internal: ["bool", "--internal"],
    Label: ["pairs", "--label"],
    Options: ["pairs", "--opt"],
    Subnet: ["line", "--subnet"],
  },
  Volume: { Driver: ["value", "--driver"], Label: ["pairs", "--label"] },
  Image: {
    ...PULL,
    AllTags: ["bool", "--all-tags"],
    Arch: ["value", "--arch"],
    OS: ["value", "--os"],
    Policy: ["value", "--policy"],
    Variant: ["value", "--variant"],
  },
  Build: {
    ...DNS,
    ...RETRY,
    Annotation: ["pairs", "--annotation"],
    Arch: ["value", "--arch"],
    AuthFile: ["value", "--authfile"],
    BuildArg: ["pairs", "--build-arg"],
    Environment: ["pairs", "--env"],
    File: ["value", "--file"],
    ForceRM: ["bool", "--force-rm"],
    GroupAdd: ["line", "--group-add"],
    IgnoreFile: ["value", "--ignorefile"],
    ImageTag: ["line", "--tag"],
    Label: ["pairs", "--label"],
    Secret: ["args", "--secret"],
    TLSVerify: ["bool", "--tls-verify"],
    Target: ["value", "--target"],
    Variant: ["value", "--variant"],
  },
  Kube: {
    UserNS: ["value", "--userns"],
    LogDriver: ["value", "--log-driver"],
    LogOpt: ["words", "--log-opt"],
    PublishPort: ["line", "--publish"],
  },
  Artifact: { ...PULL, Quiet: ["bool", "--quiet"] },
};

export class Reader {
  readonly unit: Unit;
  readonly set: UnitSet;

  constructor(unit: Unit, set: UnitSet) {
    this.unit = unit;
    this.set = set;
  }

  /** An empty assignment takes back what is before it. */
  lines(key: string, section = this.unit.section): readonly string[] {
    const values = this.#entries(key, section).map((entry) => entry.value);
    return values.slice(values.lastIndexOf("") + 1);
  }

  value(key: string, section = this.unit.section): string {
    return meantValue(this.#entries(key, section).at(-1)?.value ?? "");
  }

  bool(key: string): boolean | undefined {
    const value = this.value(key).toLowerCase();
    return /^(1|yes|true|on)$/.test(value) ? true : /^(0|no|false|off)$/.test(value) ? false : undefined;
  }

  words(key: string, escapes: boolean): readonly (readonly string[] | undefined)[] {
    return this.lines(key).map((line) => meantWords(line, escapes));
  }

  /** A path beside the file, where it is none of its own. */
  path(text: string): string {
    return /^\/|^%(?!%)/.test(text) ? text : posix.join(this.unit.file.folder, text);
  }

  name(other: Unit): string {
    const key = { pod: "PodName", network: "NetworkName", volume: "VolumeName", container: "ContainerName" } as const;
    const own = other.kind in key ? new Reader(other, this.set).value(key[other.kind as keyof typeof key]) : "";
    const base = other.name.slice(0, -other.kind.length - 1);
    return own === "" ? `systemd-${base}` : own;
  }

  #entries(key: string, section: string): readonly Entry[] {
    return this.unit.bySection.get(section)?.get(key) ?? [];
  }
}

export function plainClaims(read: Reader): readonly Claim[] {
  return Object.entries(ROWS[read.unit.section] ?? {}).flatMap(([key, [way, flag, prefix = ""]]) => {
    const claim = (value: string): Claim => ({ key, words: [flag, prefix + value] });
    const lost: Claim = { key, words: undefined };
    if (way === "line") return read.lines(key).map((line) => claim(meantValue(line)));
    if (way === "words" || way === "args") {
      return read.words(key, way === "args").flatMap((words) => words?.map(claim) ?? [lost]);
    }
    if (way === "pairs") {
      const all = read.words(key, true).flatMap((words): readonly (string | undefined)[] => words ?? [undefined]);
      const byName = new Map(all.map((word) => [word?.split("=")[0], word]));
      return [...byName.values()].map((word) => (word === undefined ? lost : claim(word)));
    }
    const value = read.value(key);
    if (value === "") return [];
    if (way === "value") return [claim(value)];
    const isOn = read.bool(key);
    if (isOn === undefined) return [lost];
    if (way === "on") return isOn ? [{ key, words: prefix === "" ? [flag] : [flag, prefix] }] : [];
    return [{ key, words: [isOn ? flag : `${flag}=false`] }];
  });
}
