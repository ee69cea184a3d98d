/** nftables: what a table holds. */
import type { Command } from "../model/command.ts";

export function listTable(family: "inet" | "ip" | "ip6", table: string): Command {
  return { argv: ["nft", "list", "table", family, table], timeoutMs: 30_000 };
}
