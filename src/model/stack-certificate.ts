/** What a site decides about its certificate. */
import type { Written } from "./diagnostic.ts";
import type { AbsolutePath } from "./names.ts";

export interface StackCertificate {
  readonly leafDays: number;
  readonly renewBeforeDays: number;
  readonly authorityDays: number;
  /** Valid for https://ADDRESS of the host, too. */
  readonly address: boolean;
  /** Undefined where the site has an authority of its own, which we make. */
  readonly own: StackOwnCertificate | undefined;
  /** Undefined where no route answers to this host's name in the tailnet. */
  readonly tailscale: StackTailscale | undefined;
}

/** The route that this host's name in the tailnet leads to as well. */
export interface StackTailscale {
  readonly host: string;
  readonly at: Written;
}

/** A certificate that the site brings along. */
export interface StackOwnCertificate {
  readonly certificate: WrittenPath;
  readonly key: WrittenPath;
  /** What clients must trust for it; undefined where they do already. */
  readonly authority: WrittenPath | undefined;
}

/** A path with the place where it is written: what is wrong with the file is said there. */
export interface WrittenPath {
  readonly path: AbsolutePath;
  readonly at: Written;
}
