/** `svc dash` on a terminal of its own, in the lab: what stands there of a service. */
import { expect } from "vitest";
import { tryHost } from "./support.ts";

/** A key is pressed once the services are there; colours are left out, as a person can. */
const LOOK = `
keys=$(mktemp -u) seen=$(mktemp)
mkfifo "$keys"
script -qefc 'stty rows 60 cols 400; NO_COLOR=1 exec svc dash' "$seen" <"$keys" >/dev/null &
exec 3>"$keys"
until grep -aEq ': (healthy|starting|degraded|failed|stopped|asleep): ' "$seen"; do kill -0 $! || break; sleep 0.2; done
printf q >&3
wait $!
code=$?
cat "$seen"
rm "$keys" "$seen"
exit $code
`;

/** "opik: failed: ..."; "" where it is not there. */
export async function dashRow(name: string): Promise<string> {
  const { code, out, err } = await tryHost("bash", "-c", LOOK);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  // The terminal is as it was; what follows is script's own last line.
  expect(out).toMatch(/\u001b\[\?25h\u001b\[\?1049l\s*(Script done .*)?$/);
  const rows = out.replace(/\u001b\[[?0-9;]*[A-Za-z]/g, "").split(/\r?\n/);
  const isAbout = (row: string) =>
    [">", " "].some((mark) => row.startsWith(`${mark} ${name}: `)) &&
    /: (healthy|starting|degraded|failed|stopped|asleep): /.test(row);
  return (rows.find(isAbout) ?? "").slice(2).trimEnd();
}
