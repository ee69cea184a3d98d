#!/usr/bin/env node
import { main } from "../cli/gateway-program.ts";

void main(process.argv);
