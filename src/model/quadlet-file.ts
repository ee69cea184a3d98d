/** A unit file that a service brings along as it is: a quadlet, or a drop-in of one. */
export interface QuadletFile {
  /** Where it lies, as it is shown. */
  readonly path: string;
  /** Below the directory of quadlets: "web.container", "web.container.d/10-memory.conf". */
  readonly name: string;
  /** To the byte. */
  readonly content: string;
}

/** How a file of a site was found: with its text, or why it is none that can be taken. */
export type FoundQuadlet =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly problem: string };
