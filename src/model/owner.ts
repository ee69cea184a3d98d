/** Who owns a file or directory: on the host, and inside a container. */

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Ids as seen inside a container; 0 is the service user itself, others fall in its subordinate range. */
export interface InnerOwner {
  readonly uid: number;
  readonly gid: number;
}
