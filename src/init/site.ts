/** What a person, flags or defaults decided about a site: one value for each question. */
import type { Address } from "../model/names.ts";
import type { ModelChoice } from "./model-choice.ts";

/** Services that go without saying are not listed: what is asked for is what comes besides. */
export const EXTRAS = ["opik", "gateway", "ollama"] as const;
export type Extra = (typeof EXTRAS)[number];

export interface Site {
  readonly listen: "auto" | Address;
  readonly domain: string;
  readonly model: ModelChoice;
  /** This host's name in the tailnet leads to Open WebUI, with a certificate that every client trusts already. */
  readonly tailnetName: boolean;
  readonly extras: readonly Extra[];
}

export const DEFAULT_DOMAIN = "liminati.internal";
