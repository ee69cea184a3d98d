/** What becomes of the variables of an old .env: secrets of the site, lines for stack.yaml, or nothing, and why. */
import { groupBy } from "../model/group-by.ts";
import type { ProviderType } from "../model/registry.ts";
import type { Service, Stack } from "../model/service.ts";
import { type SuppliedSecret, suppliedSecrets } from "../model/supplied.ts";

export interface Variable {
  readonly name: string;
  /** Undefined where the line has none. */
  readonly value: string | undefined;
  readonly line: number;
  readonly refers: boolean;
}

export type Fate =
  | {
      readonly kind: "secret";
      readonly name: string;
      readonly line: number;
      readonly secrets: readonly SuppliedSecret[];
    }
  | {
      readonly kind: "setting";
      readonly name: string;
      readonly line: number;
      readonly settings: readonly SettingLine[];
    }
  | { readonly kind: "left"; readonly name: string; readonly line: number; readonly why: string };

/** What a service is to be set to. */
export interface SettingLine {
  readonly service: string;
  readonly setting: string;
  readonly value: string | number;
}

/** Names that every program of that provider knows. */
const PROVIDER_KEYS: Readonly<Record<string, ProviderType>> = {
  OPENAI_API_KEY: "openai",
  ANTHROPIC_API_KEY: "anthropic",
  GEMINI_API_KEY: "gemini",
  AZURE_API_KEY: "azure",
};

/** Settings of services by the name that compose files of vLLM give them. */
const SETTINGS: Readonly<Record<string, string>> = {
  MODEL_NAME: "model",
  TP_SIZE: "tensor_parallel_size",
  QUANTIZATION: "quantization",
  GPU_MEMORY_UTILIZATION: "gpu_memory_utilization",
  MAX_MODEL_LEN: "max_model_len",
  MAX_NUM_SEQS: "max_num_seqs",
  SWAP_SPACE_GB: "swap_space",
};

/** Keys that clients have: they are made on this host and handed out anew. */
const NOT_TAKEN: Readonly<Record<string, string>> = {
  GATEWAY_API_KEYS: "keys of people are declared in keys.yaml, and made on this host",
};

/** In the order of the file; of a name that is there more than once the last counts, as in a shell. */
export function fatesOf(stack: Stack, variables: readonly Variable[]): readonly Fate[] {
  return [...groupBy(variables, ({ name }) => name).values()].flatMap((same) => {
    const last = same.findLast(({ value }) => value !== undefined);
    return same.map((variable): Fate => {
      const { name, line, value } = variable;
      if (value === undefined) return { kind: "left", name, line, why: "the line exports it, and gives no value" };
      if (variable === last) return fateOf(stack, { ...variable, value });
      return { kind: "left", name, line, why: `line ${last?.line} has it again, and the last one counts` };
    });
  });
}

function fateOf(stack: Stack, variable: Variable & { readonly value: string }): Fate {
  const { name, line } = variable;
  const left = (why: string): Fate => ({ kind: "left", name, line, why });
  const secrets = secretsNamed(stack, name);
  const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  const made = madeHere(stack, name);
  const isKnown = secrets.length > 0 || setting !== undefined;
  if (isKnown && variable.value === "") return left("it is empty");
  if (isKnown && variable.refers) return left("it refers to another variable: write the value itself there");
  if (secrets.length > 0) return { kind: "secret", name, line, secrets };
  if (setting !== undefined) {
    const settings = settingLines(stack.services, setting, variable.value);
    return settings.length > 0 ? { kind: "setting", name, line, settings } : left("no service has such a setting");
  }
  if (Object.hasOwn(NOT_TAKEN, name)) return left(NOT_TAKEN[name] ?? "");
  const type = Object.hasOwn(PROVIDER_KEYS, name) ? PROVIDER_KEYS[name] : undefined;
  if (type !== undefined) return left(`no active provider of the type ${type} asks for a key: see providers.yaml`);
  return left(made === undefined ? "not known here" : `${made} is made on this host: secrets show ${made}`);
}

/** Secrets that the site gives and that a container finds under this name, or a provider of the type that it belongs to. */
function secretsNamed(stack: Stack, variable: string): readonly SuppliedSecret[] {
  const type = Object.hasOwn(PROVIDER_KEYS, variable) ? PROVIDER_KEYS[variable] : undefined;
  const keys = (stack.registry?.providers ?? []).flatMap((provider) =>
    provider.isActive && provider.type === type && provider.key?.kind === "supplied" ? [provider.key.secret] : [],
  );
  const titles = stack.services.flatMap((service) => [
    ...usesOf(service, variable).map((secret) => `${service.name}/${secret}`),
    ...(service.routesModels === undefined ? [] : keys.map((secret) => `${service.name}/${secret}`)),
  ]);
  return suppliedSecrets(stack).filter(({ title }) => titles.includes(title));
}

function madeHere(stack: Stack, variable: string): string | undefined {
  return stack.services.flatMap((service) => {
    const generated = new Set(service.secrets.filter(({ kind }) => kind === "generated").map(({ name }) => name));
    return usesOf(service, variable)
      .filter((secret) => generated.has(secret))
      .map((secret) => `${service.name}/${secret}`);
  })[0];
}

function usesOf({ containers }: Service, variable: string): readonly string[] {
  const uses = containers.flatMap(({ secrets }) => secrets);
  return [...new Set(uses.flatMap(({ secret, as }) => (as.kind === "env" && as.name === variable ? [secret] : [])))];
}

function settingLines(services: readonly Service[], setting: string, value: string): readonly SettingLine[] {
  return (
    services
      // Other engines have settings of these names that mean something else.
      .filter(({ engine, settings }) => engine?.type === "vllm" && Object.hasOwn(settings, setting))
      .map(({ name, settings }) => ({
        service: name,
        setting,
        value: typeof settings[setting] === "number" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value,
      }))
  );
}
