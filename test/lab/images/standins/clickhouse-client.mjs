// clickhouse-client for the stand-in: sends one query (or each line of standard input) to the native port.
import net from "node:net";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  args: process.argv.slice(2).map((argument) => (argument === "-h" ? "--host" : argument)),
  options: {
    host: { type: "string", default: "localhost" },
    port: { type: "string", default: "9000" },
    user: { type: "string", short: "u", default: process.env.CLICKHOUSE_USER ?? "default" },
    password: { type: "string", default: process.env.CLICKHOUSE_PASSWORD ?? "" },
    database: { type: "string", short: "d" },
    query: { type: "string", short: "q" },
    format: { type: "string" },
    multiquery: { type: "boolean", short: "n" },
  },
});

function ask(query) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(values.port), values.host, () =>
      socket.write(`${JSON.stringify({ ...values, query })}\n`),
    );
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", (error) =>
      reject(
        new Error(`Code: 210. DB::NetException: ${error.message} (${values.host}:${values.port}). (NETWORK_ERROR)`),
      ),
    );
    socket.on("end", () => {
      try {
        const { output, error } = JSON.parse(text);
        if (error) reject(new Error(error));
        else resolve(output);
      } catch {
        reject(
          new Error(
            `Code: 102. DB::NetException: Unexpected packet from server ${values.host}:${values.port}. (UNEXPECTED_PACKET_FROM_SERVER)`,
          ),
        );
      }
    });
  });
}

try {
  if (values.query !== undefined) process.stdout.write(await ask(values.query));
  else
    for await (const line of createInterface({ input: process.stdin }))
      if (line.trim()) process.stdout.write(await ask(line));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
