/** Unit files of podman as they lie somewhere: what they are called, and those that a service brings along. */

/** A unit of its own each. */
export const KINDS = ["container", "pod", "network", "volume", "image", "build", "kube", "artifact"] as const;
export type Kind = (typeof KINDS)[number];
/** What the name of a quadlet ends in, for a pattern: a unit, or a bundle of them. */
export const QUADLET_SUFFIXES = [...KINDS, "quadlets"].join("|");

/** A unit file that a service brings along as it is: a quadlet, or a drop-in of one. */
export interface QuadletFile {
  /** Where it lies, as it is shown. */
  readonly path: string;
  /** Below the directory of quadlets: "web.container", "web.container.d/10-memory.conf". */
  readonly name: string;
  /** To the byte. */
  readonly content: string;
}

/** What this program adds to a quadlet that is not its own. The name is behind those of others, whose lists of commands it adds to. */
export const TURN_DROP_IN = "zz-install-quadlets-turn.conf";

/** How a file of a site was found: with its text, or why it is none that can be taken. */
export type FoundQuadlet =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly problem: string };

/** "web.container.d": folders of drop-ins. */
export function foldersOf(files: readonly { readonly name: string }[]): readonly string[] {
  return [...new Set(files.flatMap(({ name }) => name.match(/^.*(?=\/)/)?.[0] ?? []))];
}
