#!/usr/bin/env node
import { main } from "../cli/vllm-program.ts";

void main(process.argv);
