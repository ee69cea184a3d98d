#!/usr/bin/env node
// Writes docs/rules.md from the rules in src/rules, docs/doctor.md from the checks in src/diagnosis, and docs/errors.md from the kinds of
// errors in src/model; tests say when it is due.
import { writeFileSync } from "node:fs";
import { load, ROOT } from "./load.mjs";

const { rulesDocument } = await load("src/rules/document.ts");
const { checksDocument } = await load("src/diagnosis/document.ts");
const { errorsDocument } = await load("src/cli/error-pages.ts");
writeFileSync(`${ROOT}docs/rules.md`, rulesDocument());
writeFileSync(`${ROOT}docs/doctor.md`, checksDocument());
writeFileSync(`${ROOT}docs/errors.md`, errorsDocument());
