/** How a program ends, for who calls it: one meaning each, in all five of them. */

export const EXIT = {
  done: 0,
  failed: 1,
  pending: 2,
  otherIsAwake: 3,
  /** EX_USAGE and EX_NOPERM of sysexits.h. */
  usage: 64,
  needsRoot: 77,
  /** 128 + SIGINT, as shells say it of what Ctrl-C ended. */
  stopped: 130,
} as const;
