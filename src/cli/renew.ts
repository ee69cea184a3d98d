/** `install-quadlets renew`: what the timer runs. */
import { renew as runRenewal } from "../runs/renew.ts";
import { makeSystem } from "../system/real.ts";
import { contextOf } from "./context.ts";

export async function renew(): Promise<void> {
  await runRenewal(contextOf(makeSystem()));
}
