// A minimal MySQL client: native password login, one text query at a time, rows as arrays of strings.
import { createHash } from "node:crypto";
import net from "node:net";

const CAPABILITIES = 0x0008_0000 | 0x8000 | 0x200 | 0x8 | 0x1; // plugin auth, secure connection, protocol 41, with database, long password
const sha1 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha1")).digest();

function scramble(password, salt) {
  if (!password) return Buffer.alloc(0);
  const stage1 = sha1(password);
  const mask = sha1(salt, sha1(stage1));
  return stage1.map((byte, index) => byte ^ mask[index]);
}

/** A value with a length in front; undefined length means NULL. */
function takeLengthEncoded(buffer, offset) {
  const first = buffer[offset];
  if (first === 0xfb) return { value: null, next: offset + 1 };
  let length = first;
  let start = offset + 1;
  if (first === 0xfc) [length, start] = [buffer.readUInt16LE(offset + 1), offset + 3];
  else if (first === 0xfd) [length, start] = [buffer.readUIntLE(offset + 1, 3), offset + 4];
  return { value: buffer.subarray(start, start + length).toString(), length, next: start + length };
}

function serverError(packet) {
  return new Error(`MySQL error ${packet.readUInt16LE(1)}: ${packet.subarray(9).toString()}`);
}

/** Opens a connection; `query(sql)` resolves with rows, `close()` ends it. */
export async function connectMysql({ host, port = 3306, user, password, database = "" }, timeout = 5000) {
  const socket = net.connect({ host, port: Number(port), timeout });
  let buffer = Buffer.alloc(0);
  let failure;
  let wake = () => {};
  const fail = (error) => {
    failure ??= error;
    wake();
  };
  socket.on("data", (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    wake();
  });
  socket.on("timeout", () => fail(new Error(`MySQL ${host}:${port}: no answer`)));
  socket.on("error", (error) => fail(new Error(`MySQL ${host}:${port}: ${error.message}`)));
  socket.on("close", () => fail(new Error(`MySQL ${host}:${port}: connection closed`)));

  let sequence = 0;
  async function readPacket() {
    while (buffer.length < 4 || buffer.length < 4 + buffer.readUIntLE(0, 3)) {
      if (failure) throw failure;
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
    const length = buffer.readUIntLE(0, 3);
    sequence = buffer[3] + 1;
    const packet = buffer.subarray(4, 4 + length);
    buffer = buffer.subarray(4 + length);
    return packet;
  }
  function writePacket(payload) {
    const header = Buffer.alloc(4);
    header.writeUIntLE(payload.length, 0, 3);
    header[3] = sequence++;
    socket.write(Buffer.concat([header, payload]));
  }

  try {
    const greeting = await readPacket();
    if (greeting[0] === 0xff)
      throw new Error(`MySQL error ${greeting.readUInt16LE(1)}: ${greeting.subarray(3).toString()}`);
    const version = greeting.indexOf(0, 1);
    const part1 = greeting.subarray(version + 5, version + 13);
    const part2 = greeting.subarray(version + 32, version + 44);
    const head = Buffer.alloc(32);
    head.writeUInt32LE(CAPABILITIES, 0);
    head.writeUInt32LE(1 << 24, 4);
    head[8] = 45; // utf8mb4
    const proof = scramble(password, Buffer.concat([part1, part2]));
    const text = (value) => Buffer.from(`${value}\0`);
    writePacket(
      Buffer.concat([
        head,
        text(user),
        Buffer.from([proof.length]),
        proof,
        text(database),
        text("mysql_native_password"),
      ]),
    );
    let answer = await readPacket();
    if (answer[0] === 0xfe) {
      const salt = answer.subarray(answer.indexOf(0, 1) + 1).subarray(0, 20);
      writePacket(Buffer.from(scramble(password, salt)));
      answer = await readPacket();
    }
    if (answer[0] === 0xff) throw serverError(answer);
  } catch (error) {
    socket.destroy();
    throw error;
  }

  async function query(sql) {
    sequence = 0;
    writePacket(Buffer.concat([Buffer.from([3]), Buffer.from(sql)]));
    const first = await readPacket();
    if (first[0] === 0xff) throw serverError(first);
    if (first[0] === 0x00) return [];
    for (let columns = first[0]; columns > 0; columns--) await readPacket();
    await readPacket();
    const rows = [];
    for (let packet = await readPacket(); !(packet[0] === 0xfe && packet.length < 9); packet = await readPacket()) {
      if (packet[0] === 0xff) throw serverError(packet);
      const row = [];
      for (let offset = 0; offset < packet.length; ) {
        const { value, next } = takeLengthEncoded(packet, offset);
        row.push(value);
        offset = next;
      }
      rows.push(row);
    }
    return rows;
  }
  // With a good-bye (COM_QUIT): the server writes a warning about each connection that just ends.
  function close() {
    sequence = 0;
    writePacket(Buffer.from([1]));
    socket.destroySoon();
  }
  return { query, close };
}

/** A text as an SQL literal. */
export const quote = (value) => `'${String(value).replace(/[\\']/g, (character) => `\\${character}`)}'`;
