/** Who owns a file or directory on the host. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}
