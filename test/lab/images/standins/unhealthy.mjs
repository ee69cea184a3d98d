// Runs, listens, and is never healthy: for tests of what happens when a service does not come up.
import http from "node:http";
import { endOnSignal, listen } from "../lib/contract.mjs";
import { send } from "../lib/http.mjs";

await listen(
  "unhealthy",
  http.createServer((_, response) => send(response, 503, "not healthy\n")),
  process.env.PORT ?? 8080,
);
endOnSignal("unhealthy");
