/** `install-quadlets ports`: the register of ports, for everybody; who listens is told as far as this user may know. */
import { type Listening, type PortFacts, type PortRow, portRows, rowsOf, strangersAt } from "../apps/ports.ts";
import { resolveStack } from "../config/resolve.ts";
import { gatherLocalAccounts } from "../facts/accounts.ts";
import { gatherListeners, nameListeners } from "../facts/listeners.ts";
import { userError } from "../model/diagnostic.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";
import { readSources } from "./package.ts";

interface PortsOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export async function ports(wanted: string | undefined, options: PortsOptions): Promise<void> {
  const port = wanted === undefined ? undefined : numberOf(wanted);
  const facts = await gather(makeSystem());
  const all = portRows(resolveStack(readSources(options.config)), facts);
  const rows = port === undefined ? all : rowsOf(all, port);
  const strangers = port === undefined || rows.length > 0 ? [] : strangersAt(port, facts);
  if (options.json === true) return printJson({ version: 1, ports: rows, strangers });
  print(port !== undefined && rows.length === 0 ? strangersText(port, strangers) : portsText(rows));
}

function numberOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) throw userError("bad-value", `"${text}" is no port`, "a number from 1 to 65535");
  return port;
}

async function gather(system: System): Promise<PortFacts> {
  const [listeners, accounts] = await Promise.all([gatherListeners(system), gatherLocalAccounts(system)]);
  return { listeners: nameListeners(system, listeners), accounts };
}

export function portsText(rows: readonly PortRow[]): string {
  const lines = rows.map((row) => [
    `${row.port}/${row.protocol}`,
    row.redirectedFrom === undefined ? row.address : `${row.address} (from ${row.redirectedFrom})`,
    row.service,
    row.name,
    row.user,
    row.listeners.length === 0 ? "nobody" : row.listeners.map(who).join(", "),
  ]);
  return table([["PORT", "ADDRESS", "SERVICE", "NAME", "USER", "LISTENS NOW"], ...lines]);
}

function strangersText(port: number, strangers: ReturnType<typeof strangersAt>): string {
  const holders = strangers.map((one) => `${one.address} (${one.protocol}): ${who(one)}`);
  const held = holders.length === 0 ? "nobody listens there" : holders.join(", ");
  return `${port} is no port of this site; ${held}`;
}

/** A program may call itself anything. */
function who({ user, uid, process, isOwn }: Listening): string {
  const name = user === undefined ? `uid ${uid}` : visible(user);
  const program = process === undefined ? "" : `, ${visible(process.replace(/\s/g, " "))}`;
  return isOwn ? `itself${program}` : `another: ${name}${program}`;
}
