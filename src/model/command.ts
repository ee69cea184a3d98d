/** A command as a value: built by commands/, printed by dry runs, quoted in errors, run only by system/. */

export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Environment on top of a minimal one (PATH, LANG). */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to standard input; never printed, so secrets may travel here. */
  readonly stdin?: string;
  /** Milliseconds after which the command is killed and counts as failed. */
  readonly timeoutMs?: number;
  /** Ended at once when this program is asked to stop: only its own time is lost, and what it did is no half of anything. */
  readonly mayEnd?: boolean;
  /** Standard output is a secret: no error quotes it. */
  readonly secretOutput?: boolean;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}
