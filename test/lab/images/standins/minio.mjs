// MinIO stand-in: parses the real command line, checks uid, data directory and credentials, serves health, console and buckets.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import { dirname, join } from "node:path";
import { Contract, endOnSignal, listen } from "../lib/contract.mjs";
import { basicAuth, html, readBody, send } from "../lib/http.mjs";

const image = "minio";
const contract = new Contract(image);
const { env } = process;

/** `minio server [--address A] [--console-address C] DIR`, flags before or after the directory. */
function parse(args) {
  const options = { address: ":9000", "console-address": undefined };
  const dirs = [];
  const rest = [...args];
  if (rest.shift() !== "server") contract.refuse(`unknown command: minio ${args.join(" ")}`);
  while (rest.length) {
    const word = rest.shift();
    if (!word.startsWith("--")) dirs.push(word);
    else {
      const [name, inline] = word.slice(2).split(/=(.*)/s);
      if (name === "quiet" || name === "json" || name === "anonymous") continue;
      if (!(name in options) && name !== "certs-dir")
        contract.refuse(`Incorrect Usage: flag provided but not defined: -${name}`);
      options[name] = inline ?? rest.shift();
    }
  }
  return { options, dirs };
}

/** The variable, or the file its _FILE form names; a bare name means /run/secrets/NAME, and a missing file counts as unset. */
function secret(name) {
  if (env[name] !== undefined) return env[name];
  const file = env[`${name}_FILE`];
  const path = file && (file.startsWith("/") ? file : join("/run/secrets", file));
  return path && existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
}

const { options, dirs } = parse(process.argv.slice(2));
const user = secret("MINIO_ROOT_USER");
const password = secret("MINIO_ROOT_PASSWORD");
contract.uid([1001], "the image runs as 1001:1001");
contract.need(dirs.length === 1, `one data directory expected, got ${dirs.length ? dirs.join(" ") : "none"}`);
contract.need(user && user.length >= 3, "MINIO_ROOT_USER (or its _FILE form) is missing or shorter than 3 characters");
contract.need(
  password && password.length >= 8,
  "MINIO_ROOT_PASSWORD (or its _FILE form) is missing or shorter than 8 characters",
);
const [data] = dirs;
if (data && contract.need(existsSync(data), `${data} does not exist`)) contract.writable(data, "object data");
contract.enforce();

const system = join(data, ".minio.sys");
mkdirSync(system, { recursive: true });
writeFileSync(join(system, "format.json"), '{"version":"1","format":"xl-single"}\n');
const policies = join(system, "policies.json");
const policyOf = (bucket) => (existsSync(policies) ? JSON.parse(readFileSync(policies, "utf8"))[bucket] : undefined);
const s3error = (response, status, code) =>
  send(response, status, `<Error><Code>${code}</Code></Error>\n`, { "content-type": "application/xml" });

async function buckets(request, response) {
  const url = new URL(request.url, "http://minio");
  const auth = basicAuth(request.headers.authorization);
  const trusted = auth?.user === user && auth?.password === password;
  const [, bucket, key] = decodeURIComponent(url.pathname).split(/^\/([^/]*)\/?/);
  if (auth && !trusted)
    return s3error(response, 403, auth.user === user ? "SignatureDoesNotMatch" : "InvalidAccessKeyId");
  if (!trusted && !(request.method === "GET" && key && policyOf(bucket) === "download"))
    return s3error(response, 403, "AccessDenied");
  if (!bucket) return send(response, 200, { buckets: readdirSync(data).filter((name) => !name.startsWith(".")) });
  if (bucket.startsWith(".") || key.split("/").includes("..")) return s3error(response, 400, "InvalidBucketName");
  const folder = join(data, bucket);
  if (url.searchParams.has("policy") && request.method === "PUT") {
    if (!existsSync(folder)) return s3error(response, 404, "NoSuchBucket");
    const all = existsSync(policies) ? JSON.parse(readFileSync(policies, "utf8")) : {};
    writeFileSync(policies, JSON.stringify({ ...all, [bucket]: (await readBody(request)).toString() }));
    return send(response, 200, "");
  }
  if (!key && request.method === "PUT") {
    if (existsSync(folder)) return s3error(response, 409, "BucketAlreadyOwnedByYou");
    mkdirSync(folder);
    return send(response, 200, "");
  }
  if (!existsSync(folder)) return s3error(response, 404, "NoSuchBucket");
  if (!key)
    return send(response, 200, {
      keys: readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile()),
    });
  const path = join(folder, key);
  if (request.method === "PUT") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await readBody(request));
    return send(response, 200, "");
  }
  return existsSync(path)
    ? send(response, 200, readFileSync(path), { "content-type": "application/octet-stream" })
    : s3error(response, 404, "NoSuchKey");
}

const api = http.createServer((request, response) => {
  if (/^\/minio\/health\/(live|ready|cluster)$/.test(request.url)) return send(response, 200, "");
  if (request.url === "/minio/v2/metrics/cluster")
    return send(response, 200, "# TYPE minio_cluster_health_status gauge\nminio_cluster_health_status 1\n");
  return buckets(request, response).catch((error) => send(response, 500, `${error.message}\n`));
});
const split = (address) => [
  address.slice(address.lastIndexOf(":") + 1),
  address.slice(0, address.lastIndexOf(":")) || "::",
];
await listen(image, api, ...split(options.address));
const console_ = http.createServer((_, response) =>
  send(response, 200, "<!doctype html><title>MinIO Console</title><h1>MinIO Console</h1>\n", html),
);
await listen(image, console_, ...split(options["console-address"] ?? ":0"));
endOnSignal(image);
