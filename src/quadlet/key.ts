/** What is known of one quadlet key: since which podman, how its value is split, and the podman flag that does the same. */

/**
 * How quadlet reads a value (podman pkg/systemd/parser/unitfile.go):
 * none: Lookup, one value, the last assignment wins · line: LookupAll, each assignment is one value ·
 * words: LookupAllStrv, white space and quotes, backslashes stay · args: LookupAllArgs, like a command line with C escapes ·
 * keyval: LookupAllKeyVal, args of the form NAME=VALUE.
 */
export type SplitMode = "none" | "line" | "words" | "args" | "keyval";

export interface QuadletKey {
  readonly since: string;
  readonly split: SplitMode;
  /** Text in front of the value in a `PodmanArgs=` that does the same, for example "--memory="; undefined: there is none. */
  readonly flag: string | undefined;
}

export type KeyTable = Readonly<Record<string, QuadletKey>>;

export function key(since: string, split: SplitMode, flag?: string): QuadletKey {
  return { since, split, flag };
}
