/** What people call a process: the kernel's word, unless the program gave its first thread another name, as Node 24 does ("MainThread"). */

/** `called`: its first argument; `program`: the file that it runs. Paths, or "" where they cannot be read. */
export function processName(word: string, called: string, program: string): string {
  const [first, last] = [called, program].map((path) => path.replace(/ \(deleted\)$/, "").replace(/^.*\//, ""));
  // The kernel keeps 15 characters. A daemon may write what it does into its arguments, and busybox is called by many names.
  const isKnown = [first, last].some((name) => name !== "" && name?.slice(0, 15) === word);
  return isKnown || last === undefined || last === "" ? word : last;
}
