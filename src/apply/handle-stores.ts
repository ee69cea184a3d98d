/** Secrets and images in the stores of podman: made, named, restored, removed. */
import { asUser } from "../commands/accounts.ts";
import { createSecret, listSecrets, migrate, removeImage, removeSecret, tagImage } from "../commands/podman.ts";
import { controlUnits, managerSocket, managerUnit } from "../commands/systemd.ts";
import { pullFailure } from "../facts/pull-failure.ts";
import type { Of } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import { asideFor } from "../model/keeping.ts";
import { imageKey, secretKey } from "../model/record-keys.ts";
import { Secret } from "../model/secret.ts";
import { dropSecret, keepSecret, keptSecret } from "../record/kept-secrets.ts";
import type { System } from "../system/interfaces.ts";
import { type ApplyContext, type Handlers, refuseStopped } from "./context.ts";
import { pullImage } from "./pull-image.ts";
import { readSecret } from "./read-secret.ts";
import { tellHolder } from "./rotate-secret.ts";
import { storeSecret } from "./secret-value.ts";

type Kinds = "secret" | "taken-secret" | "restore-secret" | "remove-secret" | "image" | "tag-image" | "remove-image";

export const STORES: Handlers<Kinds> = {
  secret: storeSecret,
  "taken-secret": ({ applied }, { secret }) => applied.secretDone(secretKey(secret)),
  "restore-secret": restoreSecret,
  "remove-secret": takeSecret,
  image: (context, change) => (change.id === undefined ? pull(context, change) : giveName(context, change, change.id)),
  "tag-image": ({ system }, { account, id, reference }) => system.runner.run(asUser(account, tagImage(id, reference))),
  "remove-image": takeImage,
};

/** What lies aside stays there until all is taken back, so that a taking back that is cut off can be done again. */
async function restoreSecret({ system, vault }: ApplyContext, change: Of<"restore-secret">): Promise<void> {
  const { account, name, from, rotate } = change;
  const former = await keptSecret(vault, account.user, name, from);
  if (former === undefined && rotate !== undefined) throw userError("secret-missing", "its former value is not kept");
  // Linger that was just switched on again starts the manager on its own time, and podman needs its directory now.
  await system.runner.run(controlUnits("system", "start", [managerUnit(account.uid)]));
  if (former === undefined) {
    // A taking back that was cut off has restored it already; otherwise this says that it is gone.
    await readSecret(system, account, name);
    return;
  }
  if (rotate !== undefined) {
    await tellHolder(system, account, rotate, new Secret(former), await readSecret(system, account, name));
  }
  await system.runner.run(asUser(account, createSecret(name, former)));
}

async function takeSecret(context: ApplyContext, { account, name, keep, kept }: Of<"remove-secret">): Promise<void> {
  const { vault } = context;
  await withManager(context, account, async () => {
    const before = kept === undefined ? undefined : await keptSecret(vault, account.user, name, kept);
    // A taking back that was cut off has done it all: what podman has is what was kept, restored since.
    if (kept !== undefined && (before === undefined || (await isValue(context.system, account, name, before)))) {
      await putAside(context, account, name, "kept");
    } else {
      if (keep !== "no") await putAside(context, account, name, keep);
      if (before !== undefined) await keepSecret(vault, account.user, name, before, "kept");
    }
    await context.system.runner.run(asUser(account, removeSecret(name)));
  });
}

/** Its way back is written down once the value is where it will be looked for. */
async function putAside(
  context: ApplyContext,
  account: AccountFact,
  name: string,
  keep: "kept" | "given" | "run",
): Promise<void> {
  const { vault, journal } = context;
  const { user } = account;
  const from = keep === "run" ? asideFor(journal.run, "kept") : keep;
  const staysAside = (await keptSecret(vault, user, name, from)) !== undefined;
  // One that was cut off has done it all.
  if (staysAside && !(await isStored(context.system, account, name))) return;
  const value = await readSecret(context.system, account, name);
  await keepSecret(vault, user, name, value.reveal(), from);
  const back = { kind: "restore-secret", account, name, from, staysAside } as const;
  await journal.record(back).catch(async (error: unknown) => {
    if (!staysAside) await dropSecret(vault, user, name, from);
    throw error;
  });
}

async function isValue(system: System, account: AccountFact, name: string, value: string): Promise<boolean> {
  return (await isStored(system, account, name)) && (await readSecret(system, account, name)).reveal() === value;
}

async function isStored({ runner }: System, account: AccountFact, name: string): Promise<boolean> {
  const { stdout } = await runner.run(asUser(account, listSecrets()));
  return stdout.split("\n").includes(name);
}

async function pull(context: ApplyContext, { account, reference, megabytes }: Of<"image">): Promise<void> {
  const { system, reporter, applied } = context;
  const wanted = { reference, megabytes };
  const id = await pullImage(system, account, wanted, (text) => reporter.progress(text)).catch(
    async (error: unknown) => {
      // It may be ended half-way: that is what it then failed of.
      refuseStopped(context);
      throw await pullFailure(system, account, wanted, error);
    },
  );
  await applied.pulled(imageKey(account.user, reference), id);
}

async function giveName(
  { system, applied }: ApplyContext,
  { account, reference }: Of<"image">,
  id: string,
): Promise<void> {
  await system.runner.run(asUser(account, tagImage(id, reference)));
  await applied.pulled(imageKey(account.user, reference), id);
}

/** One that a container of somebody else's uses stays, and is named. */
async function takeImage(context: ApplyContext, { account, reference }: Of<"remove-image">): Promise<void> {
  await withManager(context, account, async () => {
    await context.system.runner.run(asUser(account, removeImage(reference))).catch((error: unknown) => {
      context.reporter.note(`  image ${reference} of ${account.user} stays: ${String(error)}`);
    });
  });
}

/** podman wants /run/user/UID, which comes and goes with the user's manager; no unit is there any more to start. */
async function withManager(context: ApplyContext, account: AccountFact, work: () => Promise<void>): Promise<void> {
  const { runner, files } = context.system;
  const unit = managerUnit(account.uid);
  const runs = (await files.stat(managerSocket(account.uid))) !== undefined;
  if (!runs) await runner.run(controlUnits("system", "start", [unit]));
  try {
    await work();
  } finally {
    if (!runs) {
      // Ends podman's pause process, which would outlive the manager.
      await runner.probe(asUser(account, migrate()));
      await runner.run(controlUnits("system", "stop", [unit]));
    }
  }
}
