// The AI SDK with its provider for OpenAI-compatible servers against one gateway.
import { createOpenAICompatible, VERSION } from "@ai-sdk/openai-compatible";
import { APICallError, Output, embed, embedMany, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { assert, call, digest, done, failing, imageMark, input, png, refused } from "../conformance.mjs";

const ai = JSON.parse(readFileSync("node_modules/ai/package.json", "utf8")).version;
const providerOf = (options = {}) => createOpenAICompatible({
  name: "leeway", apiKey: input.key, baseURL: input.baseURL, includeUsage: true, supportsStructuredOutputs: true, ...options,
});
const provider = providerOf();
const model = provider(input.model);
const weather = z.object({ city: z.string(), degrees: z.number() });
const tools = () => Object.fromEntries(["get_weather", "get_time"].map((name) => [name, tool({
  description: `Tells ${name}.`, inputSchema: weather, execute: async ({ city }) => ({ found: `${name} of ${city}` }),
})]));

await call("generateText", async () => {
  const { text, finishReason, usage } = await generateText({ model, instructions: "Be kind.", prompt: "plain" });
  assert.ok(text.includes(digest("system:Be kind.", "user:plain")), text);
  assert.equal(finishReason, "stop");
  return `${usage.inputTokens} + ${usage.outputTokens} tokens`;
});
await call("streamText", async () => {
  const result = streamText({ model, prompt: "pieces" });
  let text = "";
  for await (const piece of result.textStream) {
    text += piece;
  }
  assert.ok(text.includes(digest("user:pieces")), text);
  const usage = await result.usage;
  assert.ok(usage.outputTokens > 0);
  return `${usage.inputTokens} + ${usage.outputTokens} tokens`;
});
await call("generateText, tool calls run and answered", async () => {
  const { steps, text } = await generateText({ model, tools: tools(), stopWhen: stepCountIs(3), prompt: "Ask get_weather and get_time." });
  assert.deepEqual(steps[0].toolCalls.map((one) => one.toolName).sort(), ["get_time", "get_weather"]);
  assert.equal(steps.length, 2);
  assert.match(text, /digest:/);
  return `${steps.length} steps`;
});
await call("streamText, tool calls run and answered", async () => {
  const result = streamText({ model, tools: tools(), stopWhen: stepCountIs(3), prompt: "Ask get_weather and get_time." });
  await result.consumeStream();
  const steps = await result.steps;
  assert.deepEqual(steps[0].toolCalls.map((one) => one.toolName).sort(), ["get_time", "get_weather"]);
  assert.match(await result.text, /digest:/);
  return `${steps.length} steps`;
});
await call("generateObject", async () => {
  const { object } = await generateObject({ model, schema: weather, prompt: "structured" });
  assert.equal(typeof object.degrees, "number");
});
await call("generateText, Output.object", async () => {
  const { output } = await generateText({ model, output: Output.object({ schema: weather }), prompt: "structured" });
  assert.equal(typeof output.city, "string");
});
await call("generateText, image", async () => {
  const { text } = await generateText({
    model, messages: [{ role: "user", content: [{ type: "text", text: "see" }, { type: "image", image: Buffer.from(png, "base64"), mediaType: "image/png" }] }],
  });
  assert.match(text, /image:/);
});
await call("generateText, deferred by base path", async () => {
  const late = providerOf({ baseURL: new URL("/by/1h/v1", input.baseURL).href });
  const { text, response } = await generateText({ model: late(input.model), prompt: "by base path" });
  assert.ok(text.includes(digest("user:by base path")), text);
  assert.equal(response.headers["leeway-lane"], "batch");
});
if (input.only !== "chat") {
  const embeddings = provider.embeddingModel(input.embeddingModel);
  await call("embed", async () => {
    const { embedding } = await embed({ model: embeddings, value: "one" });
    assert.ok(embedding.length > 0);
  });
  await call("embedMany", async () => {
    const found = await embedMany({ model: embeddings, values: ["one", "two"] });
    assert.equal(found.embeddings.length, 2);
  });
}

const hello = { model, prompt: "hello", maxRetries: 0 };
const status = (expected) => (error) => assert.equal(error.statusCode, expected);
await refused("error: unknown key", APICallError, undefined,
  () => generateText({ ...hello, model: providerOf({ apiKey: "lwk_nobodys" })(input.model) }), status(401));
await refused("error: unknown model", APICallError, undefined, () => generateText({ ...hello, model: provider("gpt-0") }), status(404));
await refused("error: rate limit", APICallError, undefined,
  () => failing({ rate_limit: { probability: 1 } }, () => generateText(hello)), status(429));
await refused("error: overloaded", APICallError, undefined,
  () => failing({ server_error: { probability: 1, status: 503 } }, () => generateText(hello)), status(503));

done(`ai ${ai} with @ai-sdk/openai-compatible`, VERSION);
