/** What a host has of the data of services, and of the secrets that these were made with. */
import type { AbsolutePath } from "./names.ts";

export interface DataFact {
  /** Directories of data in which there is more than what we put there ourselves. */
  readonly filled: ReadonlySet<AbsolutePath>;
  /** "USER/NAME" of secrets whose value lies aside for the day when podman needs it again. */
  readonly kept: ReadonlySet<string>;
  /** Day of the last run that was well; undefined where none is known, or no directory of data is missing or was emptied. */
  readonly lastWell: string | undefined;
}
