/** Fetches an image into the store of an account, and tells how far it is. */
import { asUser } from "../commands/accounts.ts";
import { pullImage as pullCommand } from "../commands/podman.ts";
import type { WantedImage } from "../facts/pull-failure.ts";
import { gatherPulled } from "../facts/pulled.ts";
import type { AccountFact } from "../model/facts.ts";
import { progressText } from "../model/progress-text.ts";
import type { System } from "../system/interfaces.ts";

const LOOK_MS = 1_000;

/** Returns its id. A failure comes as it is; `pullFailure` puts it into words. */
export async function pullImage(
  system: System,
  account: AccountFact,
  { reference, megabytes }: WantedImage,
  progress: (text: string) => void,
): Promise<string> {
  let isDone = false;
  const pulling = system.runner
    .run(asUser(account, pullCommand(reference)), (line) => {
      if (line.trim() !== "") progress(`${reference}: ${line.trim()}`);
    })
    .finally(() => {
      isDone = true;
    });
  // Its failure is awaited below.
  pulling.catch(() => undefined);
  const begun = system.clock.now().getTime();
  while (!isDone) {
    await Promise.race([pulling.catch(() => undefined), system.clock.sleep(LOOK_MS)]);
    const bytes = isDone ? undefined : await gatherPulled(system, account.uid);
    if (isDone || !bytes) continue;
    const seconds = (system.clock.now().getTime() - begun) / 1000;
    progress(`${reference}: ${progressText(bytes, wholeOf(megabytes), seconds, "about")}`);
  }
  return (await pulling).stdout.trim().split("\n").at(-1) ?? "";
}

function wholeOf(megabytes: number | undefined): number | undefined {
  return megabytes === undefined ? undefined : megabytes * 1e6;
}
