/** What a service file says about the lines that its program writes: how far a start is, and what went wrong. */

/** Regular expressions; the last line that fits one of them says where a start is. */
export interface LogPhase {
  readonly lines: string;
  /** In words, as "starting (loading the weights)". A group `percent` in the pattern is added to it. */
  readonly phase: string;
  /** Seconds without another line after which the start counts as stuck; undefined: it may be silent. */
  readonly silentSeconds: number | undefined;
  /** A directory on the host in which files change while this goes on, whatever the log says. */
  readonly grows: string | undefined;
}

/** `$<name>` in the sentence and in the hint stands for what that group of the pattern found. */
export interface LogTrouble {
  readonly lines: string;
  readonly says: string;
  readonly hint: string;
}

/** Whether the lines tell a start that gets on from one that hangs: then nothing ends it for the time that it takes. */
export function tellsProgress(log: Pick<LogPatterns, "phases"> | undefined): boolean {
  return log?.phases.some(({ silentSeconds }) => silentSeconds !== undefined) === true;
}

export interface LogPatterns {
  readonly phases: readonly LogPhase[];
  readonly troubles: readonly LogTrouble[];
  /** Lines that only health checks and the like cause: shown on request only. */
  readonly noise: readonly string[];
}
