/** The group whose members may look without root: it is the host's own, and people put people into it. */
import type { HostFacts } from "../model/facts.ts";
import type { Stack } from "../model/service.ts";
import type { Finding } from "./preflight.ts";

type Wanted = Pick<Stack, "readers"> & { readonly written: Pick<Stack["written"], "readers"> };

export function chooseReaders(
  { readers, written: { readers: at } }: Wanted,
  { groups, accounts, hasSudo }: Pick<HostFacts, "groups" | "accounts" | "hasSudo">,
): {
  readonly readers: { readonly group: string; readonly gid: number } | undefined;
  readonly findings: readonly Finding[];
} {
  if (readers === undefined) return { readers: undefined, findings: [] };
  const no = (message: string, hint: string) => ({ readers: undefined, findings: [{ at, message, hint }] });
  if (!hasSudo) return no("this host has no sudo, by which readers look", "install sudo, or leave `readers` out");
  const found = groups.find(({ name }) => name === readers);
  if (found === undefined) {
    return no(
      `this host has no group named ${readers}`,
      `sudo groupadd ${readers}, and for each who may look: sudo usermod -aG ${readers} USER`,
    );
  }
  // By its number root's: another name changes nothing.
  if (found.gid === 0) return no(`${readers} is root's group`, "name a group that only the people are in who may look");
  const owner = accounts.find(({ gid, uid }) => gid === found.gid && uid !== 0 && uid < FIRST_PERSON);
  if (owner !== undefined)
    return no(`${readers} is the group of ${owner.user}, and readers are people`, "name a group of people");
  return { readers: { group: readers, gid: found.gid }, findings: [] };
}

/** Below are programs, as UID_MIN of login.defs has it nearly everywhere. */
const FIRST_PERSON = 1000;
