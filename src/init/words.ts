/** What `init` says on a terminal: what it found, what it proposes and why, and what comes next. */
import { memoryText } from "../model/size.ts";
import { visible } from "../model/visible.ts";
import type { Cards } from "./cards.ts";
import type { Found } from "./found.ts";
import type { ModelChoice, VllmChoice } from "./model-choice.ts";
import type { Site } from "./site.ts";

/** Images and what they unpack to, about: vLLM's is the largest by far. */
const IMAGES_GB = { vllm: 30, other: 10 };

export function foundText(found: Found, cards: Cards): readonly string[] {
  const { tailnet, gpus } = found;
  const [name] = tailnet.names;
  const network =
    tailnet.address === undefined
      ? found.hasTailscale
        ? "Tailscale is installed, and not connected (sudo tailscale up)"
        : "no Tailscale"
      : `Tailscale, ${tailnet.address}${name === undefined ? ", without HTTPS names" : `, ${name}`}`;
  const shown = gpus.gpus.map(({ name, totalBytes }) => `${visible(name)}, ${memoryText(totalBytes)}`);
  const room = found.freeBytes === undefined ? "" : `, ${memoryText(found.freeBytes)} free below /var/lib`;
  return [
    `network   ${network}`,
    ...(shown.length === 0 ? ["GPU       none that a driver knows"] : shown.map((gpu) => `GPU       ${gpu}`)),
    ...cards.unknown.map((why) => `          ${why}`),
    ...cards.passedOver.map((why) => `          not used: ${why}`),
    `memory    ${found.memoryBytes === 0 ? "unknown" : memoryText(found.memoryBytes)}${room}`,
  ];
}

/** What the sum says of a model. */
export function modelText(choice: ModelChoice): readonly string[] {
  if (choice.engine === "none") return ["The GPU has too little memory free for any model that is known here."];
  if (choice.engine === "llama-cpp") {
    const size = choice.gigabytes === undefined ? "" : ` (${choice.gigabytes} GB)`;
    return [
      `Without a GPU that vLLM runs on, llama.cpp runs ${choice.repository}${size} on the processor: slow, and for one at a time.`,
    ];
  }
  return [`${verdict(choice)}${choice.gated ? `; ${GATED}` : ""}`];
}

export const GATED = "its terms may have to be accepted on huggingface.co, and then it needs a token";

export function verdict({ model, fit }: VllmChoice): string {
  if (fit === undefined) return `${model} is not in the table of \`fit\`: nobody calculated whether it fits`;
  const { wish, sum } = fit;
  const cards = wish.tensorParallel === 1 ? wish.card.name : `${wish.tensorParallel} x ${wish.card.name}, shared,`;
  return `${model} fits on ${cards} with a context of ${wish.context} tokens, and ${memoryText(sum.spare)} to spare`;
}

/** What a person should know before going on, most of it for later. */
export function remarks(site: Site, found: Found): readonly string[] {
  const { model } = site;
  const token =
    model.engine === "vllm" && model.gated
      ? [`${model.model}: ${GATED}: sudo install-quadlets secrets set vllm-qwen/hf-token`]
      : [];
  const webui =
    model.engine === "vllm" ? [] : ["Open WebUI is left out: it takes its models from vLLM, which needs an NVIDIA GPU"];
  const needed = neededBytes(site);
  const { freeBytes } = found;
  const room =
    freeBytes !== undefined && freeBytes < needed
      ? [`images and weights need about ${memoryText(needed)} below /var/lib, and ${memoryText(freeBytes)} are free`]
      : [];
  const away =
    site.listen === "auto" && found.tailnet.address === undefined
      ? ["Tailscale has no address here yet, and a run wants one: sudo tailscale up"]
      : [];
  return [...away, ...token, ...webui, ...room];
}

function neededBytes({ model }: Site): number {
  if (model.engine === "vllm") {
    const { fit } = model;
    return IMAGES_GB.vllm * 1e9 + (fit === undefined ? 0 : fit.sum.weights * fit.wish.tensorParallel);
  }
  return IMAGES_GB.other * 1e9 + (model.engine === "llama-cpp" ? (model.gigabytes ?? 0) * 1e9 : 0);
}

/** 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918), and 100.64.0.0/10, which Tailscale uses. */
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

export function addressText({ address, interface: name }: Found["addresses"][number]): string {
  const open = PRIVATE.test(address) ? "" : ", public: all of the Internet would reach it";
  return `${address} (${visible(name)}${open})`;
}
