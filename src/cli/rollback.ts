/** `install-quadlets rollback`: the way back. */
import { rollback as runRollback } from "../runs/rollback.ts";
import { contextOf, makeRootSystem } from "./context.ts";

export async function rollback(target: string | undefined, options: { readonly yes?: boolean }): Promise<void> {
  await runRollback(contextOf(makeRootSystem()), target, options.yes === true);
}
