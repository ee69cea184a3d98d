/** The names of the checks of a gateway that need its host, as their findings carry them; those of its files are in gateway/checks. */

export const HOST_CHECKS = [
  "ports-free",
  "generated-in-step",
  "keys-current",
  // Live: root asks, once it is installed.
  "providers-answer",
  "database-answers",
  "cache-answers",
] as const;

export type HostCheck = (typeof HOST_CHECKS)[number];
