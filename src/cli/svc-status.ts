/** `svc status`: a word, a sentence and what to do, of one service, of one unit, or of all. */
import { readIndex } from "../apps/service-index.ts";
import type { Judgement } from "../apps/signs.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson } from "./output.ts";
import { readStatus } from "./read-status.ts";
import { statusJson, statusText } from "./status-text.ts";

export interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly ask?: boolean;
}

export async function status(name: string | undefined, options: StatusOptions): Promise<void> {
  if (options.watch === true) return (await import("./svc-watch.ts")).watch(name);
  const system = makeSystem();
  const index = await readIndex(system);
  const seen = await readStatus(system, index, name);
  const all = options.ask === true ? await (await import("./svc-ask.ts")).withAnswers(system, index, seen) : seen;
  // Among all of them one that sleeps is as it should be; who asks about that one wants to know whether it answers.
  const isWell = ({ word }: Judgement) => word === "healthy" || (word === "asleep" && name === undefined);
  if (all.some(({ judgement }) => !isWell(judgement))) process.exitCode = 1;
  if (options.json === true) return printJson(statusJson(all, name !== undefined));
  print(statusText(all, name !== undefined));
}
