/** nftables: check, load, list and delete a table. */
import type { Command } from "../model/command.ts";

const TIMEOUT_MS = 30_000;

export function checkRules(file: string): Command {
  return { argv: ["nft", "--check", "--file", file], timeoutMs: TIMEOUT_MS };
}

/** One file is one transaction: all of it is loaded or none. */
export function loadRules(file: string): Command {
  return { argv: ["nft", "--file", file], timeoutMs: TIMEOUT_MS };
}

export function listTable(family: "inet" | "ip" | "ip6", table: string): Command {
  return { argv: ["nft", "list", "table", family, table], timeoutMs: TIMEOUT_MS };
}

export function deleteTable(family: "inet" | "ip" | "ip6", table: string): Command {
  return { argv: ["nft", "delete", "table", family, table], timeoutMs: TIMEOUT_MS };
}
