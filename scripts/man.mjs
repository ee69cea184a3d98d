#!/usr/bin/env node
// Writes man/man1 from the commands in src/cli; a test says when it is due.
import { mkdirSync, writeFileSync } from "node:fs";
import { load, ROOT } from "./load.mjs";

const { manPages } = await load("src/cli/man-document.ts");
mkdirSync(`${ROOT}man/man1`, { recursive: true });
for (const [name, text] of Object.entries(await manPages())) writeFileSync(`${ROOT}man/man1/${name}`, text);
