/** `install-quadlets rollback`: the way back. */
import { next } from "../model/next.ts";
import { rollback as runRollback } from "../runs/rollback.ts";
import { contextOf, makeRootSystem } from "./context.ts";
import { complain } from "./output.ts";

export async function rollback(target: string | undefined, options: { readonly yes?: boolean }): Promise<void> {
  await runRollback(contextOf(makeRootSystem()), target, options.yes === true);
  complain(next("rollback"));
}
