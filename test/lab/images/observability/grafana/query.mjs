// POST /api/ds/query: what a panel asks, handed to its data source, and the answer as frames.
import { request } from "../../lib/http.mjs";

/** {refId: {status, frames} or {status, error}} */
export async function runQueries(datasources, { queries, from, to }) {
  const results = {};
  for (const query of queries) {
    const source = datasources.find(({ uid }) => uid === query.datasource?.uid);
    if (source === undefined) {
      results[query.refId] = { status: 404, error: `no data source ${query.datasource?.uid}` };
      continue;
    }
    results[query.refId] = await (source.type === "loki" ? askLoki : askPrometheus)(source, query, from, to);
  }
  return results;
}

async function ask(url) {
  const answer = await request(url, { timeout: 20_000 });
  if (answer.status !== 200) throw Object.assign(new Error(answer.body.trim()), { status: answer.status });
  return JSON.parse(answer.body).data;
}

const failed = (error) => ({ status: error.status ?? 502, error: error.message });

async function askPrometheus({ url }, { expr, instant }, from, to) {
  const [start, end] = [from, to].map((time) => Number(time) / 1000);
  const step = Math.max(15, Math.round((end - start) / 1000));
  const range = new URLSearchParams({ query: expr, start, end, step });
  const at = new URLSearchParams({ query: expr, time: end });
  try {
    const { result, resultType } = await ask(
      instant === true ? `${url}/api/v1/query?${at}` : `${url}/api/v1/query_range?${range}`,
    );
    if (resultType === "scalar") return { status: 200, frames: [frame({}, [result])] };
    return { status: 200, frames: result.map(({ metric, value, values }) => frame(metric, values ?? [value])) };
  } catch (error) {
    return failed(error);
  }
}

async function askLoki({ url, jsonData }, { expr }, from, to) {
  const limit = jsonData?.maxLines ?? 1000;
  const words = new URLSearchParams({ query: expr, start: `${from}000000`, end: `${to}000000`, limit });
  try {
    const { result, resultType } = await ask(`${url}/loki/api/v1/query_range?${words}`);
    if (resultType === "matrix") return { status: 200, frames: result.map((one) => frame(one.metric, one.values)) };
    return { status: 200, frames: result.map(({ stream, values }) => lines(stream, values)) };
  } catch (error) {
    return failed(error);
  }
}

/** NaN and the infinities are no JSON: Grafana writes null. */
function frame(labels, values) {
  const numbers = values.map(([, text]) => (Number.isFinite(Number(text)) ? Number(text) : null));
  const times = values.map(([time]) => Math.round(time * 1000));
  const fields = [
    { name: "Time", type: "time" },
    { name: "Value", type: "number", labels },
  ];
  return { schema: { fields }, data: { values: [times, numbers] } };
}

function lines(labels, values) {
  const fields = [
    { name: "Time", type: "time" },
    { name: "Line", type: "string", labels },
  ];
  const times = values.map(([time]) => Number(BigInt(time) / 1_000_000n));
  return { schema: { fields }, data: { values: [times, values.map(([, line]) => line)] } };
}
