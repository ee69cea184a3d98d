#!/usr/bin/env node
import { startReader } from "../cli/start.ts";

// sudo lets members of the group of readers run this one as root, with whatever words.
startReader(process.argv.slice(2));
