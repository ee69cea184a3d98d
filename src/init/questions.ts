/** The five questions: when each is asked, what Enter means, what holds where nobody is asked, and what an answer means. */
import { userError } from "../model/diagnostic.ts";
import type { Address } from "../model/names.ts";
import { suggestNear } from "../model/suggest.ts";
import { visible } from "../model/visible.ts";
import { type Basis, nameModel } from "./choose-model.ts";
import type { Found } from "./found.ts";
import type { ModelChoice } from "./model-choice.ts";
import { DEFAULT_DOMAIN, EXTRAS, type Extra, type Site } from "./site.ts";
import { addressText, modelText } from "./words.ts";

export const KEYS = ["listen", "domain", "model", "tailnetName", "services"] as const;
export type Key = (typeof KEYS)[number];

export const FLAGS: Readonly<Record<Key, string>> = {
  listen: "--listen ADDRESS",
  domain: "--domain NAME",
  model: "--model NAME",
  tailnetName: "--tailnet-name or --no-tailnet-name",
  services: "--services LIST",
};

/** All that an answer is judged by. */
export interface Situation extends Basis {
  /** Undefined where nobody can say which GPU this is. */
  readonly proposal: ModelChoice | undefined;
}

export interface Question {
  readonly key: Key;
  readonly lines: readonly string[];
  readonly ask: string;
  /** What Enter means; undefined where an answer must be typed. */
  readonly enter: string | undefined;
  /** What holds where nobody is asked; undefined where there is nothing that is safe for everybody. */
  readonly silent: string | undefined;
  /** Why that is so. */
  readonly unsafe?: string;
}

/** Opik's nine containers may take 21 GB together. */
const MEMORY_FOR_OPIK = 30e9;

/** Undefined where there is nothing to ask: then what `settled` says holds. */
export function questionOf(key: Key, at: Situation, site: Partial<Site>): Question | undefined {
  return {
    listen: () => askListen(at.found),
    domain: () => askDomain(),
    model: () => askModel(at),
    tailnetName: () => askName(at.found, site),
    services: () => askServices(at.found),
  }[key]();
}

function askListen(found: Found): Question | undefined {
  if (found.tailnet.address !== undefined) return undefined;
  const why = found.hasTailscale ? "Tailscale is installed here, and not connected" : "Tailscale is not installed here";
  return {
    key: "listen",
    lines: [
      `${why}: with it, this is its address, and only your own devices reach it.`,
      ...found.addresses.map((one) => `  ${addressText(one)}`),
    ],
    ask: "Address of this host that the services answer on, or auto for Tailscale's once it is there",
    enter: undefined,
    silent: undefined,
    unsafe: `${why}, and an address of another network lets everybody in it reach the services`,
  };
}

function askDomain(): Question {
  return {
    key: "domain",
    lines: ["Services get names in a zone that this host answers for, such as webui.ZONE. No public domain."],
    ask: "Zone",
    enter: DEFAULT_DOMAIN,
    silent: DEFAULT_DOMAIN,
  };
}

function askModel({ proposal, cards }: Situation): Question {
  const base = { key: "model" as const, ask: "Model (PUBLISHER/NAME as on Hugging Face, or none)" };
  if (proposal === undefined) {
    const unsafe = `there is a GPU, and nobody can say which: ${cards.unknown.join("; ")}`;
    return { ...base, lines: [`${unsafe}.`], enter: undefined, silent: undefined, unsafe };
  }
  const name = nameOf(proposal);
  return { ...base, lines: modelText(proposal), enter: name, silent: name };
}

export function nameOf(choice: ModelChoice): string {
  if (choice.engine === "none") return "none";
  return choice.engine === "vllm" ? choice.model : choice.repository;
}

/** What is published stays published: that is for a person to say. */
function askName({ tailnet }: Found, { listen, model }: Partial<Site>): Question | undefined {
  const [name] = tailnet.names;
  if (name === undefined || listen !== "auto" || model?.engine !== "vllm") return undefined;
  return {
    key: "tailnetName",
    lines: [
      `https://${name} can lead to Open WebUI: clients need no setup for it, not even phones.`,
      "Its certificate is from Let's Encrypt: the name is published in certificate transparency logs, for good.",
    ],
    ask: "Use that name",
    enter: "yes",
    silent: "no",
  };
}

function askServices({ memoryBytes }: Found): Question {
  const proposed = memoryBytes >= MEMORY_FOR_OPIK ? "opik" : "none";
  return {
    key: "services",
    lines: [
      "  opik     traces and evaluations of what models answer; ten containers, up to 21 GB of memory",
      "  gateway  one address with an OpenAI API for every model (LiteLLM)",
      "  ollama   further models, loaded when they are asked for",
    ],
    ask: "What else (names with commas, or none)",
    enter: proposed,
    silent: proposed,
  };
}

/** Throws a UserError with what would be an answer. */
export function understand(key: Key, text: string, at: Situation, site: Partial<Site>): Partial<Site> {
  return {
    listen: () => ({ listen: listenOf(text, at.found) }),
    domain: () => ({ domain: text }),
    model: () => ({ model: modelOf(text, at) }),
    tailnetName: () => ({ tailnetName: nameWanted(text, at.found, site) }),
    services: () => ({ extras: extrasOf(text) }),
  }[key]();
}

/** What holds for a question that is not asked. */
export function settled(key: Key): Partial<Site> {
  if (key === "listen") return { listen: "auto" };
  return key === "tailnetName" ? { tailnetName: false } : {};
}

function listenOf(text: string, { addresses }: Found): Site["listen"] {
  if (text === "auto") return text;
  if (addresses.some(({ address }) => address === text)) return text as Address;
  const all = addresses.map(({ address }) => address);
  throw userError(
    "bad-value",
    `${visible(text)} is not an address of this host`,
    `there are ${["auto", ...all].join(", ")}`,
  );
}

function modelOf(text: string, at: Situation): ModelChoice {
  const { proposal } = at;
  return proposal !== undefined && text === nameOf(proposal) ? proposal : nameModel(at, text);
}

function nameWanted(text: string, { tailnet }: Found, { listen, model }: Partial<Site>): boolean {
  if (/^no?$/i.test(text)) return false;
  if (!/^y(es)?$/i.test(text)) throw userError("bad-value", `${visible(text)} is neither yes nor no`);
  // Undefined is a fault of its own, and said.
  if (listen !== undefined && listen !== "auto")
    throw userError("does-not-apply", "the name leads to Tailscale's address, and services listen on another one");
  if (model !== undefined && model.engine !== "vllm")
    throw userError("does-not-apply", "the name leads to Open WebUI, which is not among the services");
  if (tailnet.names.length > 0) return true;
  throw userError(
    "certificate",
    "Tailscale gets no certificates for this host",
    "enable HTTPS on the DNS page of its admin console: https://login.tailscale.com/admin/dns",
  );
}

function extrasOf(text: string): readonly Extra[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.length === 1 && ["none", ""].includes(names[0] ?? "")) return [];
  const wrong = names.find((name) => !(EXTRAS as readonly string[]).includes(name));
  if (wrong === undefined) return EXTRAS.filter((extra) => names.includes(extra));
  throw userError(
    "unknown-name",
    `there is no service "${visible(wrong)}" to add`,
    suggestNear(wrong, EXTRAS) ?? `there are ${EXTRAS.join(", ")}, and none`,
  );
}
