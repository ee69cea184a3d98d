// Asks each of the models in MODELS in turn, streamed, with KEY, at HOST of the zone, a question of LETTERS letters where that is set;
// tells what came, and from where. For the client machine, where nothing is installed: whoever runs it there bundles it with its packages.
import OpenAI from "openai";

const { HOST, KEY, LETTERS } = process.env;
const content = LETTERS === undefined ? "a question" : "q".repeat(LETTERS);
const client = new OpenAI({ baseURL: `https://${HOST}.liminati.internal/v1`, apiKey: KEY, maxRetries: 0 });
const told = [];
for (const model of process.env.MODELS.split(",")) {
  try {
    const asked = client.chat.completions.create({
      model,
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 8,
      messages: [{ role: "user", content }],
    });
    const { data: stream, response } = await asked.withResponse();
    let text = "",
      parts = 0,
      end,
      usage;
    for await (const chunk of stream) {
      const word = chunk.choices[0]?.delta?.content;
      if (word) {
        text += word;
        parts += 1;
      }
      end = chunk.choices[0]?.finish_reason ?? end;
      usage = chunk.usage ?? usage;
    }
    const header = (name) => response.headers.get(`x-litellm-${name}`);
    told.push({
      model,
      text,
      parts,
      end,
      tokens: usage?.total_tokens,
      output: usage?.completion_tokens,
      from: header("model-api-base"),
      fallbacks: header("attempted-fallbacks"),
    });
  } catch (error) {
    told.push({ model, status: error.status, type: error.type, message: error.message });
  }
}
console.log(JSON.stringify(told));
