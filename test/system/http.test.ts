/** Asking as clients do: to an address by a name, and as strict about the certificate as they are. */
import { createServer as createPlain, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HttpAnswer, HttpName } from "../../src/model/http.ts";
import { Secret } from "../../src/model/secret.ts";
import { RealHttp } from "../../src/system/http.ts";
import { openssl, ZONE } from "../pki/support.ts";

/** One that vouches for itself, of a kind that is made in no time. */
function certificateFor(name: string): { readonly key: string; readonly cert: string } {
  const key = openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1"], {}).output;
  const names = ["-subj", "/CN=site", "-addext", `subjectAltName=DNS:${name}`];
  const cert = openssl(["req", "-x509", "-days", "2", "-key", "key.pem", ...names], { "key.pem": key }).output;
  return { key, cert };
}

const ours = certificateFor(`*.${ZONE}`);
const name: HttpName = { name: `vllm.${ZONE}`, address: "127.0.0.1", trust: ours.cert };
const heard: string[] = [];
const server = createServer(ours, (request, response) => {
  heard.push(`${request.method} ${request.headers.host}${request.url} ${request.headers.authorization}`);
  response.end("{}");
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());

function ask(by: HttpName, port = (server.address() as AddressInfo).port) {
  const secrets = { bearer: new Secret("sk-1"), body: new Secret("{}") };
  return new RealHttp().ask({ method: "POST", by, port, path: "/v1/x", ...secrets, timeoutMs: 5_000 });
}

test("the name needs no resolver, and the program that answers is told of it", async () => {
  expect(await ask(name)).toEqual({ status: 200, body: "{}" });
  expect(heard).toEqual([`POST vllm.${ZONE}/v1/x Bearer sk-1`]);
});

test("another name, another authority, and nobody's word: none of them is told the key", async () => {
  heard.length = 0;
  await expect(ask({ ...name, name: "vllm.example.org" })).rejects.toThrow("is not to be trusted");
  await expect(ask({ ...name, trust: certificateFor(`*.${ZONE}`).cert })).rejects.toThrow("is not to be trusted");
  await expect(ask({ ...name, trust: undefined })).rejects.toThrow("is not to be trusted");
  expect(heard).toEqual([]);
});

async function askLines(
  write: (response: ServerResponse) => void,
  onLine: (line: string) => void,
  timeoutMs = 5_000,
): Promise<HttpAnswer | undefined> {
  const plain = createPlain((_, response) => write(response));
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const { port } = plain.address() as AddressInfo;
  const asked = new RealHttp().ask({ method: "POST", port, path: "/", timeoutMs }, onLine);
  return asked.finally(() => {
    plain.closeAllConnections();
    plain.close();
  });
}

test("lines are handed on as they come, whatever the pieces they come in", async () => {
  const lines: string[] = [];
  const write = (response: ServerResponse) => {
    response.write("on");
    response.write("e\ntwo\nthr");
    response.end("ee");
  };
  expect(await askLines(write, (line) => lines.push(line))).toEqual({ status: 200, body: "" });
  expect(lines).toEqual(["one", "two", "three"]);
});

test("an answer that is none has its words, and no lines", async () => {
  const lines: string[] = [];
  const write = (response: ServerResponse) => response.writeHead(404).end("no\nsuch\n");
  expect(await askLines(write, (line) => lines.push(line))).toEqual({ status: 404, body: "no\nsuch\n" });
  expect(lines).toEqual([]);
});

test("whoever has heard enough ends it; an answer that stops half-way is no end", async () => {
  const enough = (): void => {
    throw new Error("enough");
  };
  await expect(askLines((response) => response.write("one\n"), enough)).rejects.toThrow("enough");
  const broken = (response: ServerResponse) => response.write("one\n", () => response.destroy());
  await expect(askLines(broken, () => {})).rejects.toThrow("breaks off");
  await expect(
    askLines(
      (response) => response.write("one\n"),
      () => {},
      100,
    ),
  ).rejects.toThrow("within 0.1 s");
});

test("nobody there is an answer", async () => {
  expect(await ask(name, 1)).toBeUndefined();
});

test("one of another machine is asked as it wants it, and its key goes nowhere else", async () => {
  const told: (string | undefined)[] = [];
  const plain = createPlain((request, response) => {
    const { "x-api-key": key, authorization, "anthropic-version": version } = request.headers;
    told.push(String(key), authorization, String(version));
    response.end("{}");
  });
  await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
  const far = { host: "localhost", isTls: false, keyHeader: "x-api-key", headers: { "anthropic-version": "1" } };
  const port = (plain.address() as AddressInfo).port;
  const answer = await new RealHttp().ask({
    method: "GET",
    port,
    path: "/",
    far,
    bearer: new Secret("sk-2"),
    timeoutMs: 5_000,
  });
  plain.close();
  expect([answer?.status, ...told]).toEqual([200, "sk-2", undefined, "1"]);
  const strange = { host: "localhost", isTls: true };
  const asked = { method: "GET", path: "/", far: strange, bearer: new Secret("sk-3"), timeoutMs: 5_000 } as const;
  heard.length = 0;
  await expect(new RealHttp().ask({ ...asked, port: (server.address() as AddressInfo).port })).rejects.toThrow(
    "https://localhost:",
  );
  expect(heard).toEqual([]);
});
