/** Who runs this program, and what the last run decided about the site: read again, so that it stays decided. */
import type { DecidedFact } from "../model/facts.ts";
import { INDEX_PATH } from "../model/index-file.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";
import type { UserName } from "../model/names.ts";
import type { System } from "../system/interfaces.ts";
import { isAddress } from "./network.ts";
import { isTailnetName } from "./tailnet.ts";

/** sudo run by root, as in a root shell that sudo opened: nobody in particular. */
export function gatherSudoUser(system: System): UserName | undefined {
  const user = system.host.sudoUser();
  return user === undefined || user === "" || user === "root" ? undefined : (user as UserName);
}

/** The index is root's alone; anybody else is refused later, with a better message. */
export async function gatherDecided(system: System): Promise<DecidedFact | undefined> {
  if (system.host.effectiveUid() !== 0) return undefined;
  const text = await system.files.read(INDEX_PATH);
  return text === undefined ? undefined : parseDecided(text);
}

export function parseDecided(text: string): DecidedFact | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { address, interface: name, operators, certificate } = value;
  return {
    address: typeof address === "string" && isAddress(address) ? address : undefined,
    interface: typeof name === "string" ? name : undefined,
    tailscaleName: nameIn(certificate),
    operators: Array.isArray(operators) ? (textsOf(operators) as readonly UserName[]) : undefined,
  };
}

/** {"wanted": {"tailscale": {"name": "gpu.tail1234.ts.net"}}} */
function nameIn(certificate: unknown): string | undefined {
  const wanted = isRecord(certificate) ? certificate["wanted"] : undefined;
  const tailscale = isRecord(wanted) ? wanted["tailscale"] : undefined;
  const name = isRecord(tailscale) ? tailscale["name"] : undefined;
  return typeof name === "string" && isTailnetName(name) ? name : undefined;
}
