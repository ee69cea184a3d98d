// Asks a Redis server PING with the credentials of a redis:// URL, in the real protocol.
import net from "node:net";

/** Resolves when the server answered +PONG; rejects with the server's own words otherwise. */
export function redisPing(url, timeout = 3000) {
  const { hostname, port, username, password } = new URL(url);
  const secret = decodeURIComponent(password);
  const commands = [
    ...(secret ? [["AUTH", ...(username ? [decodeURIComponent(username)] : []), secret]] : []),
    ["PING"],
  ];
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: hostname, port: Number(port || 6379), timeout });
    let text = "";
    const fail = (reason) => {
      socket.destroy();
      reject(new Error(`redis ${hostname}:${port || 6379}: ${reason}`));
    };
    socket.on("connect", () => {
      for (const words of commands) {
        socket.write(
          `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`,
        );
      }
    });
    socket.on("data", (chunk) => {
      text += chunk;
      const error = /^-(.*)$/m.exec(text);
      if (error) fail(error[1].trim());
      else if (text.includes("+PONG")) {
        socket.destroy();
        resolve();
      }
    });
    socket.on("timeout", () => fail("no answer"));
    socket.on("error", (error) => fail(error.message));
    socket.on("close", () => fail("connection closed"));
  });
}
