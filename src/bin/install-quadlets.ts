#!/usr/bin/env node
import { main } from "../cli/install-program.ts";

await main(process.argv);
