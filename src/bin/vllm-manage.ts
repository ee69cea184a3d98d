#!/usr/bin/env node
import { main } from "../cli/vllm-program.ts";

await main(process.argv);
