// mc stand-in: alias, mb, anonymous, ls, cat, cp, ready against the MinIO stand-in, with the real commands' words and exit codes.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { basic, request } from "../lib/http.mjs";

const dir = process.env.MC_CONFIG_DIR ?? join(process.env.HOME || "/root", ".mc");
const file = join(dir, "config.json");

function fail(text) {
  process.stderr.write(`mc: <ERROR> ${text}\n`);
  process.exit(1);
}

function save(aliases) {
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(file, JSON.stringify({ version: "10", aliases }, null, 2));
  } catch (error) {
    fail(`Unable to save new mc config. ${error.message}.`);
  }
}

const load = () => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).aliases : {});

/** alias/bucket/key -> what to call and with which credentials; MC_HOST_alias works as in the real program. */
function locate(target) {
  const [name, ...path] = target.split("/");
  const fromEnv = process.env[`MC_HOST_${name}`];
  let alias = load()[name];
  if (fromEnv) {
    const url = new URL(fromEnv);
    alias = {
      url: url.origin,
      accessKey: decodeURIComponent(url.username),
      secretKey: decodeURIComponent(url.password),
    };
  }
  if (!alias) fail(`Unable to find alias \`${name}\`. The specified alias was not found.`);
  return { ...alias, path: `/${path.join("/")}` };
}

async function call({ url, accessKey, secretKey, path }, method = "GET", suffix = "", body = undefined) {
  try {
    return await request(url + path + suffix, {
      method,
      body,
      headers: { authorization: basic(accessKey, secretKey) },
    });
  } catch (error) {
    return fail(`Unable to reach ${url}. ${error.message}.`);
  }
}

const code = (answer) => /<Code>(\w+)<\/Code>/.exec(answer.body)?.[1] ?? `HTTP ${answer.status}`;
async function must(answer, what) {
  if ((await answer).status >= 300) fail(`${what} ${code(await answer)}.`);
  return answer;
}

const words = process.argv
  .slice(2)
  .filter(
    (word, index, all) =>
      !["--quiet", "-q", "--json", "--no-color", "--insecure"].includes(word) &&
      word !== "--api" &&
      all[index - 1] !== "--api",
  );
const flags = words.filter((word) => word.startsWith("-"));
const [command, ...rest] = words.filter((word) => !word.startsWith("-"));
const print = (text) => process.stdout.write(`${text}\n`);

switch (`${command} ${["alias", "anonymous"].includes(command) ? rest[0] : ""}`.trim()) {
  case "alias set": {
    const [, name, url, accessKey, secretKey] = rest;
    if (!secretKey) fail("Incorrect number of arguments for alias set command.");
    await must(
      call({ url, accessKey, secretKey, path: "/" }),
      "Unable to initialize new alias from the provided credentials.",
    );
    save({ ...load(), [name]: { url, accessKey, secretKey, api: "S3v4", path: "auto" } });
    print(`Added \`${name}\` successfully.`);
    break;
  }
  case "mb": {
    const answer = await call(locate(rest[0]), "PUT");
    const kept =
      code(answer) === "BucketAlreadyOwnedByYou" && (flags.includes("--ignore-existing") || flags.includes("-p"));
    if (answer.status >= 300 && !kept) fail(`Unable to make bucket \`${rest[0]}\`. ${code(answer)}.`);
    print(`Bucket created successfully \`${rest[0]}\`.`);
    break;
  }
  case "anonymous set": {
    const [, policy, target] = rest;
    if (!["download", "upload", "public", "private", "none"].includes(policy))
      fail(`Unrecognized permission \`${policy}\`.`);
    await must(
      call(locate(target.replace(/\/$/, "")), "PUT", "?policy", policy),
      `Unable to set anonymous \`${policy}\` for \`${target}\`.`,
    );
    print(`Access permission for \`${target}\` is set to \`${policy}\``);
    break;
  }
  case "ls": {
    const list = JSON.parse((await must(call(locate(rest[0])), "Unable to list.")).body);
    for (const name of list.buckets ?? list.keys) print(list.buckets ? `${name}/` : name);
    break;
  }
  case "cat":
    process.stdout.write((await must(call(locate(rest[0])), "Unable to read.")).body);
    break;
  case "cp": {
    const upload = existsSync(rest[0]);
    if (upload) await must(call(locate(rest[1]), "PUT", "", readFileSync(rest[0])), "Failed to copy.");
    else writeFileSync(rest[1], (await must(call(locate(rest[0])), "Failed to copy.")).body);
    break;
  }
  case "ready":
    await must(call({ ...locate(rest[0]), path: "/minio/health/ready" }), "The cluster is not ready.");
    print("The cluster is ready");
    break;
  case "--version":
  case "undefined":
  case "":
    print("mc version RELEASE.2025-03-12T17-29-24Z (stand-in)");
    break;
  default:
    fail(`\`${words.join(" ")}\` is not a recognized command of the stand-in.`);
}
