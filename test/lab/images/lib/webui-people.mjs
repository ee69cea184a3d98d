// People of Open WebUI's stand-in: they sign up, have a token, and are told to whoever answers their questions.
import { createHash, createHmac, randomUUID } from "node:crypto";

export class People {
  #people;
  #secret;
  #keep;

  /** @param text what the database has, `keep` adds a line to it */
  constructor(text, secret, keep) {
    this.#people = [...text.matchAll(/^user (.*)$/gm)].map(([, line]) => JSON.parse(Buffer.from(line, "base64")));
    this.#secret = secret;
    this.#keep = keep;
  }

  /** [status, answer], as the real one: the first is its administrator, later ones need `mayCome`. */
  signUp({ name, email, password }, { mayCome, role }) {
    if (!name || !password || !/^[^@\s]+@[^@\s]+$/.test(email ?? ""))
      return [400, { detail: "The email format is invalid" }];
    if (this.#people.length > 0 && !mayCome)
      return [403, { detail: "You do not have permission to access this resource." }];
    const address = email.toLowerCase();
    if (this.#people.some((other) => other.email === address))
      return [400, { detail: "This email is already registered." }];
    const hash = createHash("sha256").update(password).digest("hex");
    const person = { id: randomUUID(), name, email: address, role: this.#people.length === 0 ? "admin" : role, hash };
    this.#people.push(person);
    this.#keep(`user ${Buffer.from(JSON.stringify(person)).toString("base64")}\n`);
    return [200, this.#session(person)];
  }

  signIn({ email = "", password = "" }) {
    const hash = createHash("sha256").update(password).digest("hex");
    const person = this.#people.find((other) => other.email === email.toLowerCase() && other.hash === hash);
    return person ? [200, this.#session(person)] : [400, { detail: "The email or password provided is incorrect." }];
  }

  #session({ hash: _, ...person }) {
    return { token: this.#tokenOf(person), token_type: "Bearer", ...person };
  }

  #tokenOf({ id }) {
    return `${id}.${createHmac("sha256", this.#secret).update(id).digest("hex")}`;
  }

  /** Undefined for a request without a token; null for a token of nobody. */
  whoAsks({ authorization = "" }) {
    const [, token] = /^Bearer (.+)$/i.exec(authorization) ?? [];
    if (token === undefined) return undefined;
    return this.#people.find((person) => this.#tokenOf(person) === token) ?? null;
  }
}

/** Names may have letters that a header may not; the real one keeps their spaces. */
export function headersOf({ name, id, email, role }) {
  return {
    "X-OpenWebUI-User-Name": encodeURIComponent(name).replaceAll("%20", " "),
    "X-OpenWebUI-User-Id": id,
    "X-OpenWebUI-User-Email": email,
    "X-OpenWebUI-User-Role": role,
  };
}
