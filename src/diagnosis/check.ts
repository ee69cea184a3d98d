/** What a check of `doctor` is: a question about facts, and what its answer may say. */
import type { OsFact } from "../model/os.ts";
import type { PartName, Parts } from "./parts.ts";

export const GROUPS = {
  host: "host",
  podman: "podman",
  accounts: "accounts",
  network: "network",
  names: "names and certificates",
  gpu: "GPU",
  services: "services",
  data: "data",
} as const;

export type Group = keyof typeof GROUPS;
export const GROUP_NAMES = Object.keys(GROUPS) as readonly Group[];

/** problem: something does not work, or will not. warning: it works, and there is something to be done. */
export type Level = "warning" | "problem";

export interface Finding {
  readonly level: Level;
  readonly message: string;
  /** A command that mends it when it is pasted. */
  readonly repair?: string | undefined;
  /** What to do where no command does it. */
  readonly hint?: string | undefined;
}

export interface Told {
  readonly message: string;
  readonly hint?: string;
}

export type Verdict =
  | { readonly ok: string }
  | { readonly found: readonly Finding[] }
  /** Well, and more than one line of it. */
  | { readonly told: readonly Told[] }
  /** There is nothing of the kind here, or another check says it already. */
  | { readonly skip: string };

/** What every check may know. */
export interface About {
  readonly os: OsFact;
  readonly root: boolean;
  readonly installed: boolean;
  readonly now: Date;
}

export interface Check {
  /** Stable: programs tell findings apart by it. */
  readonly id: string;
  readonly group: Group;
  /** What it looks at. */
  readonly what: string;
  /** What it takes for a warning or a problem. */
  readonly finds: string;
  readonly needsRoot: boolean;
  /** About accounts and services of ours: there is nothing to say before the first run. */
  readonly ours: boolean;
  readonly from: readonly PartName[];
  /** What it also knows where it could be read: so that one cause gives one finding. */
  readonly with: readonly PartName[];
  readonly judge: (parts: Parts, about: About) => Verdict;
}

interface Described<P extends PartName, Q extends PartName> {
  readonly id: string;
  readonly group: Group;
  readonly what: string;
  readonly finds: string;
  readonly needsRoot?: boolean;
  readonly ours?: boolean;
  readonly from: readonly P[];
  readonly with?: readonly Q[];
  readonly judge: (parts: Pick<Parts, P> & Partial<Pick<Parts, Q>>, about: About) => Verdict;
}

export function check<const P extends PartName, const Q extends PartName = never>(described: Described<P, Q>): Check {
  return { needsRoot: false, ours: false, with: [], ...described };
}

export function ok(text: string): Verdict {
  return { ok: text };
}

export function skip(why: string): Verdict {
  return { skip: why };
}

/** Well where nothing was found. */
export function unless(found: readonly Finding[], text: string): Verdict {
  return found.length === 0 ? ok(text) : { found };
}

export function problem(message: string, repair?: string, hint?: string): Finding {
  return { level: "problem", message, repair, hint };
}

export function warning(message: string, repair?: string, hint?: string): Finding {
  return { level: "warning", message, repair, hint };
}

/** With a command where there is one, and in words where not. */
export function mended(make: typeof problem, message: string, repair: string | undefined, otherwise: string): Finding {
  return make(message, repair, repair === undefined ? otherwise : undefined);
}
