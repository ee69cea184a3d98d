// What dnsmasq counts, asked as its exporter in Alloy does: TXT records of the class CHAOS.
import { createSocket } from "node:dgram";

const NUMBERS = ["cachesize", "insertions", "evictions", "misses", "hits", "auth"];

/** The texts of NAME.bind; throws where no answer comes. */
function ask(host, port, name) {
  const labels = [name, "bind"].flatMap((label) => [label.length, ...Buffer.from(label)]);
  // Id 1, recursion desired, one question; TXT is 16, CHAOS is 3.
  const packet = Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 16, 0, 3]);
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    const end = (settle, value) => {
      clearTimeout(timer);
      socket.close();
      settle(value);
    };
    const timer = setTimeout(() => end(reject, new Error(`no answer from ${host}:${port}`)), 2000);
    socket.on("error", (error) => end(reject, error));
    socket.on("message", (answer) => end(resolve, texts(answer, packet.length)));
    socket.send(packet, port, host);
  });
}

/** Each answer: a name (a pointer), type, class, time to live, length, then texts with their lengths. */
function texts(answer, start) {
  const found = [];
  let at = start;
  for (let left = answer.readUInt16BE(6); left > 0; left--) {
    if (answer[at] < 0xc0) while (answer[at] !== 0) at += answer[at] + 1;
    at += answer[at] < 0xc0 ? 1 : 2;
    const end = at + 10 + answer.readUInt16BE(at + 8);
    at += 10;
    while (at < end) {
      found.push(answer.toString("utf8", at + 1, at + 1 + answer[at]));
      at += answer[at] + 1;
    }
  }
  return found;
}

export async function dnsmasqMetrics(address) {
  const [host, port] = address.split(":");
  const lines = [];
  for (const name of NUMBERS) {
    const [value = "0"] = await ask(host, Number(port), name);
    lines.push(`# TYPE dnsmasq_${name} gauge`, `dnsmasq_${name} ${value}`);
  }
  // "1.1.1.1#53 12 0": asked, and in vain.
  for (const text of await ask(host, Number(port), "servers")) {
    const [server, queries, failed] = text.split(" ");
    lines.push(`dnsmasq_servers_queries{server="${server}"} ${queries}`);
    lines.push(`dnsmasq_servers_queries_failed{server="${server}"} ${failed}`);
  }
  return `${lines.join("\n")}\n`;
}
