/** Which distribution a host runs, as far as its packages have other names there. */

export type Family = "debian" | "fedora" | "suse" | "arch";

export interface OsFact {
  /** "Debian GNU/Linux 13 (trixie)" */
  readonly name: string;
  /** Undefined where its package manager is none that we know. */
  readonly family: Family | undefined;
}
