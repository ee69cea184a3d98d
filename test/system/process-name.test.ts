/** Names of processes as people know them. */
import { expect, test } from "vitest";
import { processName } from "../../src/system/process-name.ts";

test.each([
  ["MainThread", "node", "/usr/bin/node", "node"],
  ["node-MainThread", "/usr/bin/node", "/usr/bin/node", "node"],
  ["node", "node", "/usr/bin/node", "node"],
  ["systemd", "/sbin/init", "/usr/lib/systemd/systemd", "systemd"],
  ["httpd", "httpd", "/bin/busybox", "httpd"],
  ["postgres", "postgres: writer", "/usr/lib/postgresql/18/bin/postgres", "postgres"],
  ["systemd-resolve", "/usr/lib/systemd/systemd-resolved", "/usr/lib/systemd/systemd-resolved", "systemd-resolve"],
  ["worker", "nginx: worker process", "/usr/sbin/nginx (deleted)", "nginx"],
  ["dnsmasq", "", "", "dnsmasq"],
])("%s, called %s, of %s: %s", (word, called, program, name) => {
  expect(processName(word, called, program)).toBe(name);
});
