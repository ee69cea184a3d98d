/** `gateway-manage test`: one question to a model, and what became of it. */
import { openGateway } from "../apps/gateway.ts";
import { tryModel } from "../apps/try-model.ts";
import type { IndexedService } from "../model/index-file.ts";
import { visible } from "../model/visible.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";

export async function test(
  service: IndexedService,
  { model, prompt, json }: { readonly model: string; readonly prompt: string; readonly json?: boolean },
): Promise<void> {
  const system = makeSystem();
  const answer = await tryModel(await openGateway(system, service), system.clock, model, prompt);
  if (json === true) return printJson({ version: 1, asked: model, ...answer });
  const { model: answered = "not said", text, input, output, milliseconds } = answer;
  const tokens = input === undefined || output === undefined ? "not said" : `${input} in, ${output} out`;
  print(
    table([
      ["asked for", visible(model)],
      ["answered by", visible(answered)],
      ["took", `${(milliseconds / 1000).toFixed(1)} s`],
      ["tokens", tokens],
    ]),
  );
  print(visible(text.trim()) || "(no text)");
}
