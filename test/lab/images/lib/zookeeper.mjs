// Opens a real ZooKeeper session (a write in its transaction log) and asks `ruok`.
import net from "node:net";

function exchange(host, port, payload, complete, timeout = 5000) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port: Number(port), timeout }, () => socket.write(payload));
    let answer = Buffer.alloc(0);
    const finish = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("data", (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (complete(answer)) finish();
    });
    socket.on("end", finish);
    socket.on("timeout", () => {
      socket.destroy();
      reject(new Error(`ZooKeeper ${host}:${port}: no answer`));
    });
    socket.on("error", (error) => reject(new Error(`ZooKeeper ${host}:${port}: ${error.message}`)));
  });
}

/** The answer to the four letter word; refused words answer with an explanation, not with imok. */
export async function ruok(host, port) {
  return (await exchange(host, port, "ruok", () => false)).toString();
}

/** Creates a session: the server answers only after it has logged it, so a server that cannot write never passes. */
export async function openSession(host, port) {
  const connect = Buffer.alloc(49);
  connect.writeInt32BE(45, 0); // length of what follows
  connect.writeInt32BE(30_000, 16); // after protocol version (4) and last zxid (8): session timeout
  connect.writeInt32BE(16, 28); // after session id (8): length of the password, all zero for a new session
  const answer = await exchange(
    host,
    port,
    connect,
    (data) => data.length >= 4 && data.length >= 4 + data.readInt32BE(0),
  );
  if (answer.length < 20) throw new Error(`ZooKeeper ${host}:${port}: no session`);
  return answer.readInt32BE(8);
}
