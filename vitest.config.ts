import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Lab files that take long though they are short, and unit tests that loop over every step: begun first, so that none is left over. */
const LONGEST = [
  "secrets",
  "broken",
  "trust",
  "swap",
  "prune",
  "broken-account",
  "install",
  "backup",
  "tailscale-name",
  "firewall",
  "secrets-given",
  "uninstall",
  "reboot",
  "apply/failure",
  "apply/way-back",
  "backup/restore",
  "apply/uninstall",
].map((name) => `/${name}.test.ts`);

/** LAB_ORDER=reverse shows that no file needs another one before it. */
class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((ending) => moduleId.endsWith(ending));
      return at === -1 ? LONGEST.length : at;
    };
    const sorted = (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
    return process.env["LAB_ORDER"] === "reverse" ? sorted.reverse() : sorted;
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: Sequencer },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/lab/**", "test/soak/**", "node_modules/**"],
          // Files share processes, because loading the libraries for each anew takes longer than most tests: what a file
          // changes in its process, it puts back.
          isolate: false,
          // Vitest would leave one processor idle, which is half of a small machine.
          maxWorkers: "100%",
          // What loops over every step takes a few seconds, and many times that on a machine with more to do.
          testTimeout: 600_000,
        },
      },
      {
        test: {
          name: "lab",
          include: ["test/lab/**/*.test.ts"],
          globalSetup: "test/lab/setup.ts",
          // Each file has a lab of its own, and waits for it most of the time: four keep two processors busy.
          maxWorkers: 4,
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: "soak",
          include: ["test/soak/**/*.test.ts"],
          globalSetup: "test/lab/setup.ts",
          fileParallelism: false,
          testTimeout: 2 * 3_600_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
