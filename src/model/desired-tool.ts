/** The copy of this program that is to be on the host. */
import type { AbsolutePath } from "./names.ts";

/** This program itself, kept for later use. */
export interface DesiredTool {
  /** Root of the package that is running. */
  readonly source: AbsolutePath;
  /** Where a copy belongs; the name holds the build, so that two builds never mix. */
  readonly target: AbsolutePath;
}
