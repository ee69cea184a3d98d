/** tailscale: the address that the services listen on. */
import type { Command } from "../model/command.ts";

/** Fails where tailscaled does not run or nobody is logged in. */
export function tailscaleAddress(): Command {
  return { argv: ["tailscale", "ip", "-4"], timeoutMs: 5_000 };
}
