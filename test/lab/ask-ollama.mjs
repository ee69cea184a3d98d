// Asks Ollama on this host with its own client: what it has, a streamed answer, and an embedding. Whoever runs it bundles it.
import { Ollama } from "ollama";

const client = new Ollama({ host: "http://127.0.0.1:11434" });
const { models } = await client.list();
let text = "";
for await (const { message } of await client.chat({
  model: "tinyllama",
  stream: true,
  messages: [{ role: "user", content: "a question" }],
}))
  text += message.content;
const refused = await client
  .chat({ model: "nowhere", messages: [] })
  .catch(({ status_code: status, error }) => ({ status, error }));
console.log(JSON.stringify({ models: models.map(({ name }) => name), text, refused }));
