#!/usr/bin/env node
import { main } from "../cli/vllm-program.ts";

// No top-level await: the build makes CommonJS of it.
void main(process.argv);
