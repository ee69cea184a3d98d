/** Before the first lab test: the caches are filled, and the package that all labs get is made. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { TestProject } from "vitest/node";

const LAB = fileURLToPath(new URL("../../scripts/lab", import.meta.url));

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "lab-package-"));
  const [packed] = await Promise.all([execa(LAB, ["pack", directory]), execa(LAB, ["build"])]);
  project.provide("package", packed.stdout);
  return () => rm(directory, { recursive: true });
}
