/** One handler per kind of change. */
import { asUser } from "../commands/accounts.ts";
import { pullImage } from "../commands/podman.ts";
import type { Change } from "../model/change.ts";
import { fillAuthority } from "../model/fill-authority.ts";
import { imageKey } from "../model/record-keys.ts";
import type { DesiredFile } from "../model/resource.ts";
import type { ApplyContext, Of } from "./context.ts";
import { createAccount, createLinger, createSubids } from "./handle-accounts.ts";
import { makeCertificates } from "./handle-certificate.ts";
import { reloadSystem, reloadUser, runManager, runSystemUnit } from "./handle-managers.ts";
import { isRemoval, remove } from "./handle-removal.ts";
import { fetchCertificate } from "./handle-tailscale.ts";
import { installTool } from "./handle-tool.ts";
import { reloadUnit } from "./reload-unit.ts";
import { storeSecret } from "./secret-value.ts";

export async function applyChange(context: ApplyContext, change: Change): Promise<void> {
  const { system } = context;
  if (isRemoval(change)) return remove(context, change);
  switch (change.kind) {
    case "account":
      return createAccount(system, change.account);
    case "subids":
      return createSubids(system, change.account, change);
    case "linger":
      return createLinger(system, change.user);
    case "directory": {
      const { path, mode, owner } = change.directory;
      return system.files.makeDirectory(path, { mode, ...owner });
    }
    case "file":
      return writeFile(context, change.file);
    case "mode":
      return system.files.setOwnerAndMode(change.path, { mode: change.mode, ...change.owner });
    case "remove-file":
      return system.files.remove(change.path);
    case "certificate":
      return makeCertificates(context, change.certificate, change);
    case "tailscale-certificate":
      return fetchCertificate(context, change.certificate, change.tailscale);
    case "tool":
      return installTool(context, change.tool);
    case "reload-system":
      return reloadSystem(context);
    case "system-unit":
      return runSystemUnit(context, change);
    case "manager":
      return runManager(context, change);
    case "secret":
      return storeSecret(context, change);
    case "image":
      return pull(context, change);
    case "reload-user":
      return reloadUser(context, change);
    case "unit":
      if (change.verb === "reload") return reloadUnit(context, change);
      // Together, so that they can be watched together.
      throw new Error("units are started by startUnits");
    default:
      return change satisfies never;
  }
}

async function writeFile(context: ApplyContext, file: DesiredFile): Promise<void> {
  const { authority } = context.trust;
  const content = authority === undefined ? file.content : fillAuthority(file.content, authority);
  await context.system.files.write(file.path, content, { mode: file.mode, ...file.owner });
}

async function pull(context: ApplyContext, { account, reference }: Of<"image">): Promise<void> {
  const { stdout } = await context.system.runner.run(asUser(account, pullImage(reference)), (line) => {
    if (line.trim() !== "") context.reporter.progress(`${reference}: ${line.trim()}`);
  });
  await context.applied.pulled(imageKey(account.user, reference), stdout.trim());
}
