/** Resource limits of user managers: which of them containers may ask for, and what bounds them on a host. */

/** By the names that podman gives them; the others are never a reason why a container does not start. */
export const RESOURCES = {
  nofile: { key: "LimitNOFILE", unit: "open files" },
  nproc: { key: "LimitNPROC", unit: "processes" },
  memlock: { key: "LimitMEMLOCK", unit: "bytes of locked memory" },
} as const;

export type Resource = keyof typeof RESOURCES;
export const RESOURCE_NAMES = Object.keys(RESOURCES) as readonly Resource[];

/** Hard limits; Infinity where there is none, nothing where it is not known. */
export type Limits = Readonly<Partial<Record<Resource, number>>>;

/** A line of a file that sets a hard limit. */
export interface LimitLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly resource: Resource;
  readonly hard: number;
}

/** What will bound user managers that are started from now on. */
export interface LimitFacts {
  /** By uid. */
  readonly managers: ReadonlyMap<number, ConfiguredLimits>;
  /** What PID 1 has and cannot raise for others; empty where it may raise everything. */
  readonly init: Limits;
  /** Of pam_limits, which every user manager is started through; a domain says for whom. */
  readonly pam: readonly (LimitLine & { readonly domain: string })[];
  /** Defaults that user managers have for their units; the last line wins. */
  readonly userDefaults: readonly LimitLine[];
}

/** Of one user@UID.service, as systemd has loaded it: maybe with a drop-in of ours from an earlier run. */
export interface ConfiguredLimits {
  readonly limits: Limits;
  /** Of its unit file and its drop-ins, in the order in which systemd reads them. */
  readonly lines: readonly LimitLine[];
}

const FACTORS: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** The hard part of "SOFT:HARD", or of a number that stands for both; undefined for what is no limit. */
export function hardLimit(text: string): number | undefined {
  const [soft, hard = soft] = text.split(":").map(parseLimit);
  return soft === undefined || hard === undefined || soft > hard ? undefined : hard;
}

function parseLimit(text: string): number | undefined {
  if (["-1", "infinity", "unlimited"].includes(text)) return Number.POSITIVE_INFINITY;
  const [, digits, suffix = ""] = /^([0-9]+)([KMGT]?)$/.exec(text) ?? [];
  const value = Number(digits) * (FACTORS[suffix] ?? Number.NaN);
  // RLIM_INFINITY as a number.
  return Number.isNaN(value) ? undefined : value >= 2 ** 63 ? Number.POSITIVE_INFINITY : value;
}
