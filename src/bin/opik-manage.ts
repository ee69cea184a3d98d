#!/usr/bin/env node
import { main } from "../cli/opik-program.ts";

await main(process.argv);
