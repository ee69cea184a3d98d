#!/usr/bin/env node
// A read-only OCI distribution server over the trees that build.sh makes. Of several, the first that has a name answers for it.
//
//   registry.mjs --root DIR... [--port 5050] [--host 127.0.0.1] [--slow BYTES_PER_SECOND]
//
// --slow limits each blob download, so that the progress of a pull can be seen and tested.
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { Transform } from "node:stream";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    root: { type: "string", multiple: true },
    port: { type: "string", default: "5050" },
    host: { type: "string", default: "127.0.0.1" },
    slow: { type: "string" },
  },
});
if (!options.root) {
  process.stderr.write("usage: registry.mjs --root DIR... [--port N] [--host ADDRESS] [--slow BYTES_PER_SECOND]\n");
  process.exit(2);
}
const NAME = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*";
const ROUTE = new RegExp(`^/v2/(${NAME})/(manifests|blobs|tags)/([A-Za-z0-9_][A-Za-z0-9._:-]{0,127})$`);
const DIGEST = /^sha256:([0-9a-f]{64})$/;

/** Where a name of the trees is, or would be. */
function find(...path) {
  const places = options.root.map((root) => join(root, ...path));
  return places.find((place) => existsSync(place)) ?? places[0];
}
const tagsOf = (name) => find("repositories", name, "tags");

/** The path of a blob, or undefined. */
function blobPath(digest) {
  const [, hex] = DIGEST.exec(digest) ?? [];
  const path = hex && find("blobs", "sha256", hex);
  return path && existsSync(path) ? path : undefined;
}

function resolveReference(name, reference) {
  if (DIGEST.test(reference)) return reference;
  const path = join(tagsOf(name), reference);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

/** Passes on at most `rate` bytes a second. */
function throttle(rate) {
  return new Transform({
    transform(chunk, _encoding, done) {
      setTimeout(() => done(null, chunk), (chunk.length / rate) * 1000);
    },
  });
}

function fail(response, status, code, message) {
  const body = JSON.stringify({ errors: [{ code, message }] });
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function sendFile(request, response, path, type, digest) {
  const size = statSync(path).size;
  response.writeHead(200, {
    "content-type": type,
    "content-length": size,
    "docker-content-digest": digest,
    etag: `"${digest}"`,
  });
  if (request.method === "HEAD") return response.end();
  const stream = createReadStream(path, { highWaterMark: 64 * 1024 });
  stream.on("error", () => response.destroy());
  const slow = Number(options.slow);
  (slow > 0 && type === "application/octet-stream" ? stream.pipe(throttle(slow)) : stream).pipe(response);
}

function answer(request, response) {
  const { pathname } = new URL(request.url, "http://registry");
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  if (request.method !== "GET" && request.method !== "HEAD")
    return fail(response, 405, "UNSUPPORTED", "this registry is read-only");
  if (pathname === "/v2/" || pathname === "/v2") {
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(request.method === "HEAD" ? undefined : "{}");
  }
  const [, name, kind, reference] = ROUTE.exec(pathname) ?? [];
  if (!name) return fail(response, 404, "NOT_FOUND", `no such path: ${pathname}`);
  if (!existsSync(tagsOf(name)))
    return fail(response, 404, "NAME_UNKNOWN", `repository name not known to registry: ${name}`);
  if (kind === "tags") {
    const body = JSON.stringify({ name, tags: readdirSync(tagsOf(name)) });
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(body);
  }
  const digest = resolveReference(name, reference);
  const path = digest && blobPath(digest);
  if (kind === "blobs") {
    return path
      ? sendFile(request, response, path, "application/octet-stream", digest)
      : fail(response, 404, "BLOB_UNKNOWN", `blob unknown: ${reference}`);
  }
  if (!path) return fail(response, 404, "MANIFEST_UNKNOWN", `manifest unknown: ${name}:${reference}`);
  return sendFile(request, response, path, JSON.parse(readFileSync(path, "utf8")).mediaType, digest);
}

const server = http.createServer((request, response) => {
  try {
    answer(request, response);
  } catch (error) {
    process.stderr.write(`registry: ${request.method} ${request.url}: ${error.message}\n`);
    fail(response, 500, "UNKNOWN", "internal error");
  }
});
server.on("error", (error) => {
  process.stderr.write(`registry: ${error.message}\n`);
  process.exit(1);
});
server.listen({ host: options.host, port: Number(options.port) }, () =>
  process.stdout.write(`registry: http://${options.host}:${server.address().port}\n`),
);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
