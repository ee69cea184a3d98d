/** Checks that need the host: what was generated is still what is there. */

/** A file that the registry went into, as it should be and as it is; undefined where nothing was applied yet. */
export interface GeneratedFile {
  readonly path: string;
  readonly wanted: string;
  readonly found: string | undefined;
}

export function outOfStep(files: readonly GeneratedFile[]): readonly GeneratedFile[] {
  return files.filter(({ wanted, found }) => found !== undefined && found !== wanted);
}
