// A client of PostgreSQL, on node:net only: SCRAM-SHA-256, one connection, one statement after the other, answers as JSON.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import net from "node:net";

/** What the server said, with its code (SQLSTATE); or what the socket did. */
export class DatabaseError extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

export class Database {
  #url;
  #socket;
  #queue = Promise.resolve();
  #waiting;

  constructor(url) {
    this.#url = new URL(url);
  }

  get address() {
    return `${this.#url.hostname}:${this.#url.port || 5432}`;
  }

  get user() {
    return decodeURIComponent(this.#url.username);
  }

  /** Rows of a statement that gives some: a SELECT, or one with RETURNING. Arguments are texts, arrays as PostgreSQL writes them. */
  async rows(sql, values = []) {
    const [text] = await this.#exclusive((wire) =>
      wire.extended(`WITH t AS (${sql}) SELECT coalesce(json_agg(t), '[]')::text FROM t`, values),
    );
    return JSON.parse(text ?? "[]");
  }

  /** A statement that answers nothing, or whose answer is nobody's. */
  write(sql, values = []) {
    return this.#exclusive((wire) => wire.extended(sql, values));
  }

  /** Statements without values, and without an answer. */
  run(sql) {
    return this.#exclusive((wire) => wire.simple(sql));
  }

  async #exclusive(work) {
    const turn = this.#queue.then(async () => {
      this.#waiting ??= await this.#connect();
      return work(this.#waiting);
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #connect() {
    const socket = net.connect({ host: this.#url.hostname, port: Number(this.#url.port || 5432) });
    const wire = new Wire(socket);
    const lost = () => {
      if (this.#waiting === wire) this.#waiting = undefined;
    };
    socket.on("close", lost);
    await wire.open(this.user, decodeURIComponent(this.#url.password), this.#url.pathname.slice(1));
    this.#socket = socket;
    return wire;
  }

  /** Makes the database itself, where the server has none of this name. */
  async create() {
    const other = new URL(this.#url);
    other.pathname = "/postgres";
    const server = new Database(other);
    await server.run(`CREATE DATABASE "${this.#url.pathname.slice(1)}"`);
    await server.end();
  }

  async end() {
    await this.#queue;
    this.#socket?.end(Buffer.from([0x58, 0, 0, 0, 4]));
  }
}

const text = (value) => Buffer.from(`${value}\0`);
const int32 = (value) => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
const int16 = (value) => int32(value).subarray(2);
const message = (kind, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
};

class Wire {
  #socket;
  #buffer = Buffer.alloc(0);
  #messages = [];
  #next;
  #failure;

  constructor(socket) {
    this.#socket = socket;
    socket.setTimeout(0);
    socket.on("data", (data) => {
      this.#buffer = Buffer.concat([this.#buffer, data]);
      while (this.#buffer.length > 4 && this.#buffer.length >= 1 + this.#buffer.readInt32BE(1)) {
        const end = 1 + this.#buffer.readInt32BE(1);
        this.#messages.push({ kind: String.fromCharCode(this.#buffer[0]), body: this.#buffer.subarray(5, end) });
        this.#buffer = this.#buffer.subarray(end);
      }
      this.#next?.();
    });
    const fail = (error) => {
      this.#failure ??= new DatabaseError(
        error?.message ?? "the server closed the connection",
        error?.code ?? "CLOSED",
      );
      this.#next?.();
    };
    socket.on("error", fail);
    socket.on("close", () => fail());
  }

  async #receive() {
    while (this.#messages.length === 0) {
      if (this.#failure) throw this.#failure;
      await new Promise((resolve) => {
        this.#next = resolve;
      });
    }
    return this.#messages.shift();
  }

  /** Messages until the server is ready for the next statement; its error after that. */
  async #untilReady(take = () => {}) {
    let error;
    for (;;) {
      const { kind, body } = await this.#receive();
      if (kind === "E") error ??= serverError(body);
      else if (kind === "Z") break;
      else await take(kind, body);
      // Before the login has succeeded the server says no more than the error.
      if (error && take.isLogin) break;
    }
    if (error) throw error;
  }

  async open(user, password, database) {
    const start = Buffer.concat([
      int32(196608),
      text("user"),
      text(user),
      text("database"),
      text(database),
      Buffer.from([0]),
    ]);
    this.#socket.write(Buffer.concat([int32(start.length + 4), start]));
    const scram = new Scram(password);
    const take = (kind, body) => {
      if (kind !== "R") return;
      const step = body.readInt32BE(0);
      if (step === 10) {
        const first = scram.first();
        this.#socket.write(message("p", text("SCRAM-SHA-256"), int32(first.length), first));
      } else if (step === 11) this.#socket.write(message("p", scram.final(body.subarray(4).toString())));
      else if (step === 12) scram.verify(body.subarray(4).toString());
      else if (step !== 0)
        throw new DatabaseError(`the server wants a login of kind ${step}, not SCRAM-SHA-256`, "28000");
    };
    take.isLogin = true;
    await this.#untilReady(take);
  }

  async simple(sql) {
    this.#socket.write(message("Q", text(sql)));
    await this.#untilReady();
  }

  /** The first column of each row, as text. */
  async extended(sql, values) {
    const rows = [];
    const bound = values.flatMap((value) => {
      if (value === undefined || value === null) return [int32(-1)];
      const bytes = Buffer.from(String(value));
      return [int32(bytes.length), bytes];
    });
    this.#socket.write(
      Buffer.concat([
        message("P", text(""), text(sql), int16(0)),
        message("B", text(""), text(""), int16(0), int16(values.length), ...bound, int16(0)),
        message("E", text(""), int32(0)),
        message("S"),
      ]),
    );
    await this.#untilReady((kind, body) => {
      if (kind !== "D") return;
      const length = body.readInt32BE(2);
      rows.push(length < 0 ? undefined : body.subarray(6, 6 + length).toString());
    });
    return rows;
  }
}

function serverError(body) {
  const fields = Object.fromEntries(
    body
      .toString()
      .split("\0")
      .filter(Boolean)
      .map((field) => [field[0], field.slice(1)]),
  );
  return new DatabaseError(fields.M, fields.C);
}

/** RFC 5802 with SHA-256, without channel binding. */
class Scram {
  #password;
  #nonce = randomBytes(18).toString("base64");
  #signature;

  constructor(password) {
    this.#password = password;
  }

  first() {
    return Buffer.from(`n,,n=,r=${this.#nonce}`);
  }

  final(challenge) {
    const {
      r: nonce,
      s: salt,
      i: iterations,
    } = Object.fromEntries(challenge.split(",").map((part) => [part[0], part.slice(2)]));
    if (!nonce?.startsWith(this.#nonce)) throw new DatabaseError("the server's nonce is not ours", "28000");
    const hmac = (key, data) => createHmac("sha256", key).update(data).digest();
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, "base64"), Number(iterations), 32, "sha256");
    const clientKey = hmac(salted, "Client Key");
    const said = `n=,r=${this.#nonce},${challenge},c=biws,r=${nonce}`;
    const proof = hmac(createHash("sha256").update(clientKey).digest(), said).map(
      (byte, index) => byte ^ clientKey[index],
    );
    this.#signature = hmac(hmac(salted, "Server Key"), said).toString("base64");
    return Buffer.from(`c=biws,r=${nonce},p=${Buffer.from(proof).toString("base64")}`);
  }

  verify(answer) {
    if (answer !== `v=${this.#signature}`) throw new DatabaseError("the server does not know the password", "28000");
  }
}

/** A list as an array of texts. */
export const textArray = (values) =>
  `{${values.map((value) => `"${String(value).replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
