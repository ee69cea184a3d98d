/** The service behind the proxies: short answers on /v1/short, at once or after a pause, and streams of small events with the time in each on /v1/stream. */
import { createServer } from "node:http";

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://upstream");
  const pause = Number(searchParams.get("pause"));
  if (pathname !== "/v1/stream")
    return pause > 0 ? setTimeout(() => response.end("ok\n"), pause) : response.end("ok\n");
  const tokens = Number(searchParams.get("tokens"));
  response.writeHead(200, { "content-type": "text/event-stream" });
  let sent = 0;
  // One write for each token, as a model server does; without a pause as fast as they are taken.
  const next = () => {
    if (sent++ === tokens) return response.end();
    const room = response.write(`data: {"token": ${sent}, "at": "${process.hrtime.bigint()}"}\n\n`);
    if (pause > 0) setTimeout(next, pause);
    else if (room) setImmediate(next);
    else response.once("drain", next);
  };
  next();
}).listen(Number(process.argv[2]), "127.0.0.1");
