/** What on a host is not as it was last applied, and who moved. */

export interface Drift {
  /** Who moved: the host (somebody or something changed it) or the configuration (it was not applied yet). */
  readonly by: "host" | "configuration";
  /** A word for machines: "edited", "missing", "mode", "stopped", "failed", "foreign", ... */
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
}

/** Texts of the files as the last finished run wrote them. */
export type LastApplied = ReadonlyMap<string, string>;

export function onHost(kind: string, subject: string, detail: string): Drift {
  return { by: "host", kind, subject, detail };
}

export function inConfiguration(kind: string, subject: string, detail: string): Drift {
  return { by: "configuration", kind, subject, detail };
}
