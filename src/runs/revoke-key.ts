/** A key is taken out of keys.yaml and of the gateway at once, without a run: what else is wrong with the host plays no part. */
import { ask, listKeys } from "../admin/client.ts";
import { openGateway } from "../apps/gateway.ts";
import { deleteQuestion } from "../gateway/litellm-admin.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { FoundKey } from "../model/key-facts.ts";
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
  const known = await findAt(system, service, name).catch((error: unknown) => {
    if (after === undefined || !(error instanceof UserError)) throw error;
    return error;
  });
  if (!(known instanceof UserError)) refuseAsker(known);
  if (known === undefined && after === undefined)
    throw userError("unknown-name", `there is no key ${name}`, "sudo gateway-manage key list");
  await askYes(`Revoke the key ${name}? Whoever uses it is refused from now on.`);
  if (after !== undefined && stat !== undefined) {
    await system.files.write(file, after, { mode: stat.mode, uid: stat.uid, gid: stat.gid });
    print(`${file}: ${name} is taken out`);
  }
  if (known instanceof UserError) {
    const message = `the gateway may still know ${name}: ${known.message}`;
    throw userError(known.code, message, "sudo install-quadlets, once it runs");
  }
  if (known !== undefined) await ask(await openGateway(system, service), deleteQuestion(known.token));
  print(known === undefined ? `the gateway did not know ${name}` : `the gateway knows ${name} no more`);
  if (after !== undefined) print(next("gateway-manage key revoke"));
}

async function findAt(system: System, service: IndexedService, name: string): Promise<FoundKey | undefined> {
  return (await listKeys(await openGateway(system, service))).find((key) => key.name === name);
}

/** As long as that service is there, the next run makes its key again. */
function refuseAsker(key: FoundKey | undefined): void {
  if (key?.kind !== "service") return;
  throw userError(
    "does-not-apply",
    `${key.name} is the key that a service of this stack asks with: the next run would make it again`,
    `sudo gateway-manage key rotate ${key.name} gives it another value`,
  );
}
