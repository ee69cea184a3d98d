// Binds the port whenever it is free, again and again, and counts who connects: what a user of the host can do while a service restarts.
// Says at its end (of its input) how often it had the port and how often it was called.
import { createServer } from "node:net";

const port = Number(process.env.PORT);
const HELD_MS = 300;
let over = false;
let held = 0;
let called = 0;
process.stdin.on("end", () => {
  over = true;
});
process.stdin.resume();

const hold = () =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      called += 1;
      socket.on("error", () => undefined);
      socket.destroy();
    });
    server.on("error", () => setImmediate(resolve));
    server.listen(port, "127.0.0.1", () => {
      held += 1;
      setTimeout(() => server.close(resolve), HELD_MS);
    });
  });

while (!over) await hold();
console.log(JSON.stringify({ held, called }));
