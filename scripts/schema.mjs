#!/usr/bin/env node
// Writes config/*.schema.json from the formats in src/config/schema; a test says when it is due.
import { writeFileSync } from "node:fs";
import { load, ROOT } from "./load.mjs";

const { jsonSchemas } = await load("src/config/json-schema.ts");
for (const [name, text] of Object.entries(jsonSchemas())) writeFileSync(`${ROOT}config/${name}`, text);
