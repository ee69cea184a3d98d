/** Has the proxy lead requests to a second instance, or back to the first. */
import { asUser } from "../commands/accounts.ts";
import { execInContainer } from "../commands/podman.ts";
import type { Twin } from "../model/twin.ts";
import type { System } from "../system/interfaces.ts";

const TIMEOUT_MS = 30_000;

/** Gives why it does not, the last word of what it said. */
export async function lead(
  { runner }: System,
  detour: Twin["detour"],
  way: "begin" | "end",
): Promise<string | undefined> {
  const { account, container } = detour;
  const command = execInContainer(container, detour[way], { timeoutMs: TIMEOUT_MS });
  const { exitCode, stderr } = await runner.probe(asUser(account, command));
  return exitCode === 0 ? undefined : (stderr.trim().split("\n").at(-1) ?? "");
}
