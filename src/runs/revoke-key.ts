/** A key is taken out of keys.yaml and of the gateway at once, without a run: what else is wrong with the host plays no part. */
import { ask, listKeys } from "../admin/client.ts";
import { openGateway } from "../apps/gateway.ts";
import { deleteQuestion } from "../gateway/litellm-admin.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { next } from "../model/next.ts";
import type { System } from "../system/interfaces.ts";

export interface Revocation {
  readonly system: System;
  readonly service: IndexedService;
  readonly name: string;
  /** keys.yaml */
  readonly file: string;
  /** Its text without the key; undefined where that is not in it. */
  edit(text: string): string | undefined;
  askYes(question: string): Promise<void>;
  print(text: string): void;
}

/** The file first: a key that is gone at the gateway and declared would come back with the next run. */
export async function revokeKey({ system, service, name, file, edit, askYes, print }: Revocation): Promise<void> {
  const [text, stat] = await Promise.all([system.files.read(file), system.files.stat(file)]);
  const after = text === undefined ? undefined : edit(text);
  await askYes(`Revoke the key ${name}? Whoever uses it is refused from now on.`);
  if (after !== undefined && stat !== undefined) {
    await system.files.write(file, after, { mode: stat.mode, uid: stat.uid, gid: stat.gid });
    print(`${file}: ${name} is taken out`);
  }
  const isKnown = await deleteAt(system, service, name).catch((error: unknown) => {
    if (after === undefined || !(error instanceof UserError)) throw error;
    const message = `the gateway may still know ${name}: ${error.message}`;
    throw userError(error.code, message, "sudo install-quadlets, once it runs");
  });
  if (!isKnown && after === undefined)
    throw userError("unknown-name", `there is no key ${name}`, "sudo gateway-manage key list");
  print(isKnown ? `the gateway knows ${name} no more` : `the gateway did not know ${name}`);
  if (after !== undefined) print(next("gateway-manage key revoke"));
}

async function deleteAt(system: System, service: IndexedService, name: string): Promise<boolean> {
  const gateway = await openGateway(system, service);
  const found = (await listKeys(gateway)).find((key) => key.name === name);
  if (found !== undefined) await ask(gateway, deleteQuestion(found.token));
  return found !== undefined;
}
