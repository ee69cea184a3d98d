/** `vllm-manage key show | rotate`: what opens a model, through the same secrets as `install-quadlets secrets`. */
import { readSecret } from "../apps/enter.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { next } from "../model/next.ts";
import { rotateSecrets } from "../runs/rotate-secrets.ts";
import { makeSystem } from "../system/real.ts";
import { installRun, tell } from "./install.ts";
import { complain, print, printJson, table } from "./output.ts";

/** Its value only where somebody asks for it, and then nothing else: for a pipe. */
export async function showKey(
  service: IndexedService,
  { reveal, json }: { readonly reveal?: boolean; readonly json?: boolean },
): Promise<void> {
  const { secret, url, models } = doorOf(service);
  const value = (await readSecret(makeSystem(), service, secret)).reveal();
  if (reveal === true) return print(value);
  const { length } = value;
  if (json === true)
    return printJson({ version: 1, service: service.name, secret, user: service.user, length, url, models });
  print(
    table([
      ["opens", `${url}/v1`],
      ["models", models.join(", ")],
      ["key", `${secret} in podman of ${service.user}, ${length} characters`],
      ["value", `sudo vllm-manage key show ${service.name} --reveal`],
    ]),
  );
}

/** The former opens nothing from then on; whoever of this stack shows it gets the new one in the same run. */
export async function rotateKey(service: IndexedService, options: { readonly yes?: boolean }): Promise<void> {
  const { secret } = doorOf(service);
  tell(await rotateSecrets(installRun({ yes: options.yes === true }), [secret]));
  complain(next("vllm-manage key rotate", service.name));
}

interface Door {
  /** As podman knows it. */
  readonly secret: string;
  readonly url: string;
  readonly models: readonly string[];
}

function doorOf({ name, probes = [] }: IndexedService): Door {
  const [probe] = probes;
  if (probe?.secret === undefined)
    throw userError("does-not-apply", `${name} asks nobody for a key`, "sudo install-quadlets secrets list");
  return {
    secret: probe.secret,
    url: probe.name === undefined ? `http://127.0.0.1:${probe.port}` : `https://${probe.name}`,
    models: probes.map(({ model }) => model),
  };
}
