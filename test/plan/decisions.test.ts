/** Versions that somebody has to decide about: the shipped Opik, as it ran and as it is to run. */
import { expect, test } from "vitest";
import { resolveStack } from "../../src/config/resolve.ts";
import { INDEX_PATH, parseIndex } from "../../src/model/index-file.ts";
import { openDecisions } from "../../src/plan/decisions.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { useSmallKeys } from "../support/small-keys.ts";

useSmallKeys();

const sources = (settings: string, decided = "") =>
  siteSources(`services: { opik: { settings: { ${settings} }, decided: [${decided}] } }`);

/** What `is` finds where `was` ran; undefined: nothing ran. */
function found(was: string | undefined, is: string, decided = "") {
  const wanted = sources(is, decided);
  const ran = was === undefined ? [] : renderSite(sources(was)).files;
  const index = parseIndex(ran.find(({ path }) => path === INDEX_PATH)?.content ?? "");
  return openDecisions(resolveStack(wanted), renderSite(wanted), { index });
}

test.each<[was: string | undefined, is: string, decided: string, open: readonly string[]]>([
  ["mysql_version: 8.4.11", "mysql_version: 9.1.0", "", ["mysql-9"]],
  ["mysql_version: 8.4.11", "mysql_version: 9.1.0", "mysql-9", []],
  ["mysql_version: 8.4.11", "mysql_version: '9'", "", ["mysql-9"]],
  ["mysql_version: 8.4.11", "mysql_version: '10'", "redis-7-4", ["mysql-9"]],
  ["mysql_version: 8.4.11", "mysql_version: 8.4.12", "", []],
  ["mysql_version: 9.1.0", "mysql_version: 9.7.0-oracle", "", []],
  ["mysql_version: 9.1.0", "mysql_version: 8.4.11", "", ["mysql-9"]],
  ["mysql_version: 8.4.11", "mysql_version: lts", "", []],
  ["mysql_version: lts", "mysql_version: 9.1.0", "", []],
  ["redis_version: 7.2.16-alpine", "redis_version: 7.4.0-alpine", "", ["redis-7-4"]],
  ["redis_version: 7.2.16-alpine", "redis_version: '8'", "", ["redis-7-4"]],
  ["redis_version: 7.2.16-alpine", "redis_version: 7.2.17", "", []],
  [
    "redis_version: 7.2.16, mysql_version: 8.4.11",
    "redis_version: 7.4.0, mysql_version: 9.0.0",
    "",
    ["mysql-9", "redis-7-4"],
  ],
  [undefined, "mysql_version: 9.1.0", "", []],
])("%s, then %s, decided: [%s]", (was, is, decided, open) => {
  expect(found(was, is, decided).map(({ hint }) => /decided: \[(.*)\]/.exec(hint)?.[1])).toEqual(open);
});

test("it says from where to where, why, and what to write", () => {
  expect(found("mysql_version: 8.4.11", "mysql_version: 9.1.0")).toEqual([
    {
      message: expect.stringMatching(/^opik-mysql is about to go from 8\.4\.11 to 9\.1\.0: MySQL 9 has no /),
      hint: "keep 8.4.11, or write into /etc/install-quadlets/stack.yaml under services.opik: decided: [mysql-9]",
    },
  ]);
});
