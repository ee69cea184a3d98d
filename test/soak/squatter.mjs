// Binds the port whenever it is free, again and again, and counts who connects: what a user of the host can do while a service restarts.
// Says at its end (of its input) how often it had the port and how often it was called.
import { createServer } from "node:net";

const port = Number(process.env.PORT);
/** Long enough to be found there by whoever starts meanwhile, or is called; after it the service gets its turn. */
const HELD_MS = 300;
const PAUSE_MS = 8_000;
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

while (!over) await sleep((await hold()) ? PAUSE_MS : AGAIN_MS);
console.log(JSON.stringify({ held, called }));
