/** File systems that have nothing left, by a path on them that people know. */

export interface FullPlace {
  readonly path: string;
  /** Of all of it. */
  readonly megabytes: number;
}

export interface FullFact {
  /** Where a run itself writes. */
  readonly own: readonly FullPlace[];
  readonly ofServices: readonly FullPlace[];
}

/** "is full (512 MB, none free)" */
export function fullText({ megabytes }: FullPlace): string {
  return `is full (${megabytes} MB, none free)`;
}

export function whatFills({ path }: FullPlace): string {
  return `sudo du -xh -d2 ${path} | sort -h | tail`;
}
