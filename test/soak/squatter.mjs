// Binds the port whenever it is free, and counts who connects: what a user of the host can do while a service restarts.
// Says at its end (of its input) how often it had the port and how often it was called.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const port = Number(process.env.PORT);
/** Long enough to be in the way of whoever starts meanwhile. */
const HELD_MS = 300;
const AGAIN_MS = 2;
let over = false;
let held = 0;
let called = 0;
process.stdin.on("end", () => {
  over = true;
});
process.stdin.resume();

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Gives whether it had the port. */
const hold = () =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      called += 1;
      socket.on("error", () => undefined);
      socket.destroy();
    });
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => {
      held += 1;
      setTimeout(() => server.close(() => resolve(true)), HELD_MS);
    });
  });

/** proc_net_tcp(5): 0A is LISTEN. */
const listening = new RegExp(`^ *\\d+: 0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} \\S+ 0A `, "m");
const isTaken = () => listening.test(readFileSync("/proc/net/tcp", "utf8"));

while (!over) {
  const had = await hold();
  // The service gets its turn, so that it can be restarted once more.
  while (had && !over && !isTaken()) await sleep(100);
  await sleep(AGAIN_MS);
}
console.log(JSON.stringify({ held, called }));
