/** `gateway-manage key create | rotate | revoke`: keys.yaml is edited first, so that the next run does not undo it. */
import { type KeyEntry, withKey, withoutKey } from "../config/edit-keys.ts";
import { userError } from "../model/diagnostic.ts";
import { keySecret } from "../model/gateway-key.ts";
import type { IndexedService } from "../model/index-file.ts";
import { next } from "../model/next.ts";
import { issueKey } from "../runs/issue-key.ts";
import { revokeKey as revoke } from "../runs/revoke-key.ts";
import { rotateSecrets } from "../runs/rotate-secrets.ts";
import { askYes } from "./ask.ts";
import { makeRootSystem } from "./context.ts";
import { installRun, tell } from "./install.ts";
import { complain, print } from "./output.ts";
import { REGISTRY_FILES, SITE } from "./package.ts";

export interface CreateOptions {
  readonly for?: string;
  readonly machine?: boolean;
  readonly model?: readonly string[];
  readonly tokensPerDay?: string;
  readonly budget?: string;
  readonly requestsPerMinute?: string;
  readonly tokensPerMinute?: string;
  readonly parallelRequests?: string;
  readonly expires?: string;
  readonly yes?: boolean;
}

const FILE = `${SITE}/${REGISTRY_FILES.keys}`;

/** Whether names, models and numbers are sound is for the file's own checks to say, with its place in it. */
export async function createKey(_: IndexedService, name: string, options: CreateOptions): Promise<void> {
  const entry = entryOf(options);
  const run = installRun({ yes: options.yes === true });
  const edit = (text: string) => withKey(FILE, text, name, entry);
  const outcome = await issueKey(run, {
    name,
    directory: SITE,
    file: REGISTRY_FILES.keys,
    edit,
  });
  tell(outcome);
  complain(next("gateway-manage key create", name));
}

function entryOf(options: CreateOptions): KeyEntry {
  const { machine, model, budget, expires } = options;
  const fields = {
    for: options.for,
    kind: machine === true ? "machine" : undefined,
    models: model,
    tokens_per_day: numberIn("--tokens-per-day", options.tokensPerDay),
    budget: budgetIn(budget),
    requests_per_minute: numberIn("--requests-per-minute", options.requestsPerMinute),
    tokens_per_minute: numberIn("--tokens-per-minute", options.tokensPerMinute),
    parallel_requests: numberIn("--parallel-requests", options.parallelRequests),
    expires,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function numberIn(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,12}$/.test(text))
    throw userError("bad-value", `${flag}: wanted a whole number from 1, found ${text}`);
  return Number(text);
}

function budgetIn(text: string | undefined): { readonly dollars: number; readonly every: string } | undefined {
  if (text === undefined) return undefined;
  const [, dollars = "", every = ""] = /^(\d{1,7}(?:\.\d{1,2})?)\/(day|week|month)$/.exec(text) ?? [];
  if (dollars === "") throw userError("bad-value", `--budget: wanted for example 20/month, found ${text}`);
  return { dollars: Number(dollars), every };
}

export async function rotateKey(
  service: IndexedService,
  name: string,
  options: { readonly yes?: boolean },
): Promise<void> {
  const run = installRun({ yes: options.yes === true });
  tell(await rotateSecrets(run, [`${service.name}/${keySecret(name)}`]));
  complain(next("gateway-manage key rotate", name));
}

export async function revokeKey(
  service: IndexedService,
  name: string,
  options: { readonly yes?: boolean },
): Promise<void> {
  await revoke({
    system: makeRootSystem(),
    service,
    name,
    file: FILE,
    edit: (text) => withoutKey(FILE, text, name),
    askYes: async (question) => (options.yes === true ? undefined : askYes(question)),
    print,
  });
}
