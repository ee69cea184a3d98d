/** `svc client`: how a machine of the tailnet becomes a client. */
import { readClientSetup } from "../apps/client.ts";
import { readIndex } from "../apps/service-index.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";

export async function client(options: { readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const setup = await readClientSetup(system, await readIndex(system));
  if (options.json === true) return printJson({ version: 1, ...setup });
  print(
    table([
      ["Linux, macOS", setup.shell],
      ["Windows", setup.powershell],
      ["phones, tailnet", setup.page],
      ["fingerprint", setup.fingerprint],
    ]),
  );
}
