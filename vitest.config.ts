import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/lab/**", "node_modules/**"] } },
      {
        test: {
          name: "lab",
          include: ["test/lab/**/*.test.ts"],
          // The lab is one host: the files run one after another, in the order of their names.
          globalSetup: "test/lab/setup.ts",
          fileParallelism: false,
          sequence: { concurrent: false },
          testTimeout: 600_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
