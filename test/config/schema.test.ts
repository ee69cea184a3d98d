/** The schemas for editors are those of the program. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonSchemas } from "../../src/config/json-schema.ts";

test.each(Object.entries(jsonSchemas()))(
  "config/%s is fresh (npm run build && node scripts/schema.mjs)",
  (name, text) => {
    expect(readFileSync(new URL(`../../config/${name}`, import.meta.url), "utf8")).toBe(text);
  },
);
