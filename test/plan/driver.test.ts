/** What an image needs of the NVIDIA driver: the shipped vLLM, by tag and driver. */
import { expect, test } from "vitest";
import { resolveStack } from "../../src/config/resolve.ts";
import { driverFindings } from "../../src/plan/driver.ts";
import { siteSources } from "../render/support.ts";

test.each<[tag: string, driver: string | undefined, refused: boolean]>([
  ["v0.30.0", "580.159.04", false],
  ["v0.30.0", "570.133.20", true],
  ["v0.30.0", "1000.1", false],
  ["v0.30.0", undefined, false],
  ["v0.30.0-cu129", "535.1", false],
  ["v0.21.0", "579.99", true],
  ["v0.20.2", "550.1", false],
  ["v0.9.1", "550.1", false],
  ["latest", "550.1", true],
])("vLLM %s with the driver %s: refused is %s", (version, nvidiaDriver, refused) => {
  const stack = resolveStack(siteSources(`services: { vllm-qwen: { settings: { version: ${version} } } }`));
  const found = driverFindings(stack, { nvidiaDriver });
  expect(found).toHaveLength(refused ? 1 : 0);
  if (refused)
    expect(found[0]?.message).toContain(`vllm-openai:${version}) needs the NVIDIA driver 580 or newer; this host has`);
});
