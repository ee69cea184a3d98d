/** `gateway-manage models list | remove`: the stores of models that services of the stack keep. */
import { findStored, lookAtStores, removeStored, type SeenStore } from "../apps/model-stores.ts";
import { readIndex } from "../apps/service-index.ts";
import { sizeText } from "../model/size.ts";
import { visible } from "../model/visible.ts";
import { makeSystem } from "../system/real.ts";
import { askYes } from "./ask.ts";
import { complain, print, printJson, table } from "./output.ts";

export async function listStored({ json }: { readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const stores = await lookAtStores(system, (await readIndex(system)).services);
  if (json === true) {
    return printJson({ version: 1, stores: stores.map((one) => ({ ...one, trouble: one.trouble ?? null })) });
  }
  print(stores.length === 0 ? "no service here has a store of models" : stores.map(storeText).join("\n"));
}

export function storeText({ service, models, missing, trouble }: SeenStore): string {
  if (trouble !== undefined) return `${service} ${visible(trouble)}`;
  const rows = models.map(({ name, bytes, isDeclared }) => [
    `  ${visible(name)}`,
    sizeText(bytes),
    isDeclared ? "declared" : "nobody declares it",
  ]);
  const lacks = missing.map((model) => `  ${visible(model)} is declared and not there: sudo install-quadlets pulls it`);
  const what = rows.length === 0 ? ["  (empty)"] : [table(rows)];
  return [service, ...what, ...lacks].join("\n");
}

export async function removeModel(
  name: string,
  service: string | undefined,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const system = makeSystem();
  const found = await findStored(system, (await readIndex(system)).services, name, service);
  const { model, store } = found;
  complain(`${visible(model.name)} of ${store.service}: ${sizeText(model.bytes)}`);
  if (yes !== true) await askYes("Remove it?");
  await removeStored(system, found);
  print(`removed ${visible(model.name)}; ${sizeText(model.bytes)} are free again`);
}
