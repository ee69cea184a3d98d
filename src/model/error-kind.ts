/** What is said of a kind of error, whichever one it is. */

export interface ErrorKind {
  readonly title: string;
  readonly means: string;
  readonly todo: string;
}

export function kind(title: string, means: string, todo: string): ErrorKind {
  return { title, means, todo };
}
