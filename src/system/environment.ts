/** The environment that every command gets: nothing of the caller's leaks into what root runs. */

export const PATH_DIRECTORIES = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
] as const;

export const MINIMAL_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: PATH_DIRECTORIES.join(":"),
  LANG: "C.UTF-8",
};
