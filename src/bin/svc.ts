#!/usr/bin/env node
import { main } from "../cli/svc-program.ts";

await main(process.argv);
