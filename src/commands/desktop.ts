/** The graphical session of a person on this host, and a browser in it. */
import type { Command } from "../model/command.ts";

const TIMEOUT_MS = 10_000;

/** Prints the number of the session that logind takes for the user's own, an empty line without one; fails where nobody of that name is logged in. */
export function mainSession(user: string): Command {
  return { argv: ["loginctl", "show-user", user, "--property=Display", "--value"], timeoutMs: TIMEOUT_MS };
}

/** Prints `x11`, `wayland`, `mir`, `tty` or `unspecified`. */
export function sessionType(session: string): Command {
  return { argv: ["loginctl", "show-session", session, "--property=Type", "--value"], timeoutMs: TIMEOUT_MS };
}

/**
 * By the user's own manager, which knows the display: desktops tell it. Nothing of root's environment or rights gets there, and the
 * browser does not end with this program.
 */
export function openInBrowser(user: string, xdgOpen: string, url: string): Command {
  const manager = ["--user", `--machine=${user}@.host`, "--quiet", "--collect"];
  return { argv: ["systemd-run", ...manager, "--", xdgOpen, url], timeoutMs: TIMEOUT_MS };
}
