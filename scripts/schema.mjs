#!/usr/bin/env node
// Writes config/*.schema.json from the formats in src/config/schema. Run it after `npm run build`; a test says when it is due.
import { writeFileSync } from "node:fs";
import { jsonSchemas } from "../dist/config/json-schema.js";

for (const [name, text] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(`../config/${name}`, import.meta.url), text);
}
