#!/usr/bin/env node
// A timer starts the first one every minute.
const isLook = process.argv.length === 3 && process.argv[2] === "metrics";
const { main } = await (isLook ? import("../cli/metrics.ts") : import("../cli/install-program.ts"));
await main(process.argv);
