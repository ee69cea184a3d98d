/** `gateway-manage test`: the way of one question to a model, step by step, and what became of it. */

import { openGateway } from "../apps/gateway.ts";
import { lookAtTurns } from "../apps/look-at-turns.ts";
import { tryModel } from "../apps/try-model.ts";
import { explain, namesAskedFor } from "../gateway/explain.ts";
import { type UserError, userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { suggestOne } from "../model/suggest.ts";
import { visible } from "../model/visible.ts";
import { RealHttpStreams } from "../system/http-streams.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";
import { readRegistry } from "./read-registry.ts";
import { answerJson, answerRows, hintOf, type SeenWay, wayJson, wayRows } from "./route-text.ts";

export async function test(
  service: IndexedService,
  { model, prompt, json }: { readonly model: string; readonly prompt: string; readonly json?: boolean },
): Promise<void> {
  const gateway = await openGateway(makeSystem(), service);
  const registry = readRegistry();
  const found = registry && explain(registry, model);
  if (registry !== undefined && found === undefined) throw noSuchName(model, namesAskedFor(registry));
  const way: SeenWay | undefined = found && { ...found, turns: await lookAtTurns(gateway, found.turns) };
  if (json !== true) print(table([["asked for", visible(model)], ...wayRows(way)]));
  const streams = new RealHttpStreams();
  try {
    const answer = await tryModel(gateway, streams, { model, prompt, hint: hintOf(way, service.name) });
    if (json === true) return printJson({ version: 1, asked: model, ...answerJson(answer), route: wayJson(way) });
    print(table(answerRows(answer)));
    print(visible(answer.text.trim()) || "(no text)");
  } finally {
    streams.close();
  }
}

function noSuchName(asked: string, names: readonly string[]): UserError {
  return userError("unknown-name", `no mapping has a model ${visible(asked)}`, suggestOne(asked, names));
}
