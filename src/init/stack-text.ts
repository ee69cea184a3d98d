/** The text of stack.yaml: what was decided, each with the reason beside it, and what a site asks for most as comments. */
import type { LlamaChoice, ModelChoice, VllmChoice } from "./model-choice.ts";
import { DEFAULT_DOMAIN, type Site } from "./site.ts";
import { GATED, verdict } from "./words.ts";

const HEAD = `# yaml-language-server: $schema=stack.schema.json
# This host, as \`install-quadlets init\` found it and as it was told. Only what differs from the defaults has to be here;
# they are in the package (config/stack.yaml), with the settings of each service (config/services/NAME.yaml).
# After a change:  install-quadlets check, then  sudo install-quadlets  (it shows a plan first).`;

const TAIL = `# How often a timer takes a backup of every service that has data: off, hourly, daily or weekly.
# backup: { every: daily, keep: 7 }

# How often a timer looks whether this host is as it was applied.
# verify: daily`;

/** `gpu`: there is one that services can have. */
export function stackText(site: Site, gpu: boolean): string {
  return `${[HEAD, listen(site), domain(site), ...certificate(site), TAIL, services(site, gpu)].join("\n\n")}\n`;
}

function listen({ listen }: Site): string {
  const what =
    listen === "auto"
      ? "# Tailscale's IPv4 address of this host, whatever it is. Otherwise an IPv4 address of this host."
      : "# Who reaches this address reaches the services. auto is Tailscale's.";
  return `${what}\nlisten: ${listen}`;
}

function domain({ domain }: Site): string {
  const sample = domain === DEFAULT_DOMAIN ? "" : `: webui.${domain} and the like`;
  return `# The zone in which services get their names${sample}. It belongs to this host alone.\ndomain: ${quoted(domain)}`;
}

function certificate({ tailnetName }: Site): readonly string[] {
  if (!tailnetName) return [];
  const why =
    "# This host's name in the tailnet leads to Open WebUI: no setup on clients, and the name is published in logs.";
  return [`${why}\ncertificate: { tailscale: webui }`];
}

function services({ model, extras }: Site, gpu: boolean): string {
  const lines = [
    ...modelLines(model),
    ...(extras.includes("opik")
      ? []
      : ["  # Traces and evaluations; up to 21 GB of memory.", "  opik: { enabled: false }"]),
    ...(extras.includes("gateway") ? ["  # One address for every model: https://llm.ZONE/v1", "  gateway: {}"] : []),
    ...(extras.includes("ollama")
      ? [
          "  # What is listed here, for example bge-m3, is pulled by the next run, and the gateway offers it",
          `  ollama: { settings: { models: []${gpu ? "" : ", gpus: []"} } }`,
        ]
      : []),
  ];
  return ["# In the order in which they start; nginx-proxy and dnsmasq are there anyway.", "services:", ...lines].join(
    "\n",
  );
}

function modelLines(model: ModelChoice): readonly string[] {
  if (model.engine === "vllm") return vllmLines(model);
  const without = [
    "  # Needs an NVIDIA GPU, and Open WebUI takes its models from it.",
    "  vllm-qwen: { enabled: false }",
    "  open-webui: { enabled: false }",
  ];
  return model.engine === "none" ? without : [...without, ...llamaLines(model)];
}

type Setting = readonly [key: string, value: string, why?: string];

function vllmLines(choice: VllmChoice): readonly string[] {
  const { model, servedName, tools, reasoning, gated } = choice;
  const settings: readonly Setting[] = [
    ["model", quoted(model)],
    ["served_name", quoted(servedName), "what clients call it"],
    ...shape(choice),
    ...cardSettings(choice),
    tools === "" ? ["tool_call_parser", '""', "this model calls no tools here"] : ["tool_call_parser", quoted(tools)],
    ...(reasoning === "" ? [] : [["reasoning_parser", quoted(reasoning)] as Setting]),
  ];
  return [
    `  # ${verdict(choice)}.`,
    ...(gated ? [`  # ${GATED}: sudo install-quadlets secrets set vllm-qwen/hf-token`] : []),
    "  # Other models: install-quadlets fit NAME says whether they fit.",
    "  vllm-qwen:",
    "    settings:",
    ...settings.map(([key, value, why]) => `      ${key}: ${value}${why === undefined ? "" : ` # ${why}`}`),
  ];
}

/** What `fit` calculated with. */
function shape({ fit }: VllmChoice): readonly Setting[] {
  if (fit === undefined) return [];
  const { context, tensorParallel, utilization } = fit.wish;
  return [
    ["max_model_len", String(context), "longest context in tokens"],
    ...(tensorParallel === 1
      ? []
      : [["tensor_parallel_size", String(tensorParallel), "GPUs that share it"] as Setting]),
    ...(utilization === 0.9
      ? []
      : [
          [
            "gpu_memory_utilization",
            String(utilization),
            "something else uses this GPU: nvidia-smi says what",
          ] as Setting,
        ]),
  ];
}

function cardSettings({ usable, fit }: VllmChoice): readonly Setting[] {
  if (usable === undefined) return [];
  const { card, names, all, noBfloat, version } = usable;
  const taken = names.slice(0, fit?.wish.tensorParallel ?? names.length);
  const list = `[${taken.map((name) => JSON.stringify(name)).join(", ")}]`;
  return [
    ...(all && taken.length === names.length ? [] : [["gpus", list, card.name] as Setting]),
    ...(noBfloat ? [["dtype", "half", "this card has no bfloat16"] as Setting] : []),
    ...(version === undefined
      ? []
      : [["version", quoted(version), "for CUDA 12: the driver is too old for 13"] as Setting]),
  ];
}

function llamaLines({ repository, servedName, version, memoryGigabytes }: LlamaChoice): readonly string[] {
  return [
    "  # On the processor. Without the gateway it answers at https://llama.ZONE/v1, with the key llama-cpp/api-key.",
    "  llama-cpp:",
    "    settings:",
    `      version: ${quoted(version)} # without CUDA`,
    "      gpus: []",
    `      repository: ${quoted(repository)}`,
    `      served_name: ${quoted(servedName)} # what clients call it`,
    `      quantization: ${quoted(repository.split(":")[1] ?? "")}`,
    `      memory: ${memoryGigabytes}g`,
  ];
}

/** Plain where YAML cannot take it for anything else. */
function quoted(text: string): string {
  return /^[A-Za-z][A-Za-z0-9._/-]*$/.test(text) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
