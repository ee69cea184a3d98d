// A minimal RFC 6455 server side: accepts an upgrade and echoes every text or binary message.
import { createHash } from "node:crypto";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Takes one frame off the buffer, or returns undefined while it is incomplete. */
function takeFrame(buffer) {
  if (buffer.length < 2) return undefined;
  const opcode = buffer[0] & 0x0f;
  const masked = (buffer[1] & 0x80) !== 0;
  let length = buffer[1] & 0x7f;
  let offset = 2;
  if (length === 126) {
    if (buffer.length < 4) return undefined;
    length = buffer.readUInt16BE(2);
    offset = 4;
  } else if (length === 127) {
    if (buffer.length < 10) return undefined;
    length = Number(buffer.readBigUInt64BE(2));
    offset = 10;
  }
  const mask = masked ? buffer.subarray(offset, offset + 4) : undefined;
  offset += masked ? 4 : 0;
  if (buffer.length < offset + length) return undefined;
  const payload = Buffer.from(buffer.subarray(offset, offset + length));
  if (mask) for (let i = 0; i < payload.length; i++) payload[i] ^= mask[i % 4];
  return { opcode, payload, rest: buffer.subarray(offset + length) };
}

function frame(opcode, payload) {
  const header =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, payload.length])
      : Buffer.from([0x80 | opcode, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([header, payload]);
}

/** Handles the `upgrade` event of a server for one path prefix. */
export function echoOn(server, prefix) {
  server.on("upgrade", (incoming, socket, head) => {
    const key = incoming.headers["sec-websocket-key"];
    if (!incoming.url.startsWith(prefix) || !key) {
      socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
      return;
    }
    const accept = createHash("sha1")
      .update(key + GUID)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    let pending = head;
    const onData = (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (let next = takeFrame(pending); next; next = takeFrame(pending)) {
        pending = next.rest;
        if (next.opcode === 8) return socket.end(frame(8, next.payload));
        if (next.opcode === 9) socket.write(frame(10, next.payload));
        else if (next.opcode === 1 || next.opcode === 2) socket.write(frame(next.opcode, next.payload));
      }
    };
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end()); // an HTTP server's sockets stay half open otherwise
    socket.on("data", onData);
    if (head.length) onData(Buffer.alloc(0));
  });
}
