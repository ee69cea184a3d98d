/** The shipped site with everything that watches it, rendered for the sample host. */
import { sampleFiles } from "../../src/cli/render.ts";
import type { Stack } from "../../src/model/service.ts";
import { resolve } from "../gateway/support.ts";

/** Engines of every kind, and a gateway. */
export const EVERYTHING = "{ observability: true, services: { gateway: {}, llama-cpp: {}, ollama: {} } }";

export function stackOf(stack: string): Stack {
  return resolve({ stack });
}

export function filesOf(stack: string, podman = "5.4.2"): ReadonlyMap<string, string> {
  return sampleFiles(stackOf(stack), podman);
}
