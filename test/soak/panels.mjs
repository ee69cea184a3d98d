/**
 * Runs on the lab host: has Grafana run every query of every panel of its dashboards, as a browser that shows them does, and prints as
 * JSON which of them have nothing to show, and why. Words: the address, and the password of admin.
 */
const [address, password] = process.argv.slice(2);
const headers = { authorization: `Basic ${btoa(`admin:${password}`)}`, "content-type": "application/json" };

async function ask(path, body) {
  const options = body === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(`${address}${path}`, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** A number, or a line; null is what NaN becomes. */
const hasValue = ({ frames = [] }) => frames.some(({ data }) => (data.values[1] ?? []).some((value) => value !== null));

async function askPanel(uid, { title, targets = [] }) {
  const to = Date.now();
  const body = { queries: targets, from: String(to - 3_600_000), to: String(to) };
  const { results } = targets.length === 0 ? { results: {} } : await ask("/api/ds/query", body);
  return targets.map(({ refId, expr, legendFormat }) => {
    const result = results[refId];
    const name = `${uid.replace("install-quadlets-", "")}: ${title}${legendFormat === "" ? "" : `: ${legendFormat}`}`;
    return { name, expr, error: result.error, hasValue: result.error === undefined && hasValue(result) };
  });
}

const asked = [];
for (const { uid } of await ask("/api/search?type=dash-db")) {
  const { dashboard } = await ask(`/api/dashboards/uid/${uid}`);
  asked.push(...(await Promise.all(dashboard.panels.map((panel) => askPanel(uid, panel)))).flat());
}
console.log(JSON.stringify({ count: asked.length, empty: asked.filter((one) => !one.hasValue) }));
