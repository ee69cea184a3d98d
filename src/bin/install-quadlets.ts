#!/usr/bin/env node
import { start } from "../cli/start.ts";

// A timer starts the first one every minute.
if (process.argv.length === 3 && process.argv[2] === "metrics") start("metrics");
else start("install-quadlets");
