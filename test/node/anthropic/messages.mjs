// Messages, whatever kind of provider serves the model.
import { assert, call, digest, failing, imageMark, input, png, refused, schema } from "../conformance.mjs";
import { Anthropic, clientOf, textOf, user } from "./client.mjs";

const tools = ["get_weather", "get_time"].map((name) => ({ name, description: `Tells ${name}.`, input_schema: schema }));

export async function messages(model) {
  const client = clientOf();
  const once = clientOf({ maxRetries: 0 });
  const plain = { model, max_tokens: 1024 };

  await call("messages.create", async () => {
    const { data, response } = await client.messages
      .create({ ...plain, system: "Be kind.", messages: user("plain") })
      .withResponse();
    assert.equal(data.type, "message");
    assert.equal(data.role, "assistant");
    assert.match(data.id, /^msg_/);
    assert.ok(textOf(data).includes(digest("system:Be kind.", "user:plain")), textOf(data));
    assert.equal(data.stop_reason, "end_turn");
    assert.ok(data.usage.input_tokens > 0 && data.usage.output_tokens > 0);
    assert.equal(response.headers.get("leeway-lane"), "realtime");
    return `${data.usage.input_tokens} + ${data.usage.output_tokens} tokens`;
  });

  await call("messages.create, several turns", async () => {
    const message = await client.messages.create({
      ...plain,
      messages: [...user("one"), { role: "assistant", content: "two" }, ...user([{ type: "text", text: "three" }])],
    });
    assert.ok(textOf(message).includes(digest("user:one", "assistant:two", "user:three")), textOf(message));
  });

  await call("messages.create, max_tokens reached", async () => {
    const message = await client.messages.create({ model, max_tokens: 5, messages: user("short") });
    assert.equal(message.stop_reason, "max_tokens");
    assert.equal(message.usage.output_tokens, 5);
  });

  await call("messages.create, stop sequence", async () => {
    const message = await client.messages.create({ ...plain, stop_sequences: ["digest"], messages: user("halt") });
    assert.ok(["stop_sequence", "end_turn"].includes(message.stop_reason), message.stop_reason);
    assert.equal(textOf(message), "");
    return message.stop_reason;
  });

  await call("messages.create, stream", async () => {
    const events = [];
    for await (const event of await client.messages.create({ ...plain, messages: user("events"), stream: true })) {
      events.push(event.type);
    }
    assert.deepEqual(
      events.filter((type, index) => type !== "ping" && type !== events[index - 1]),
      ["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"],
    );
    return `${events.length} events`;
  });

  await call("messages.stream", async () => {
    let streamed = "";
    const message = await client.messages.stream({ ...plain, messages: user("helper") }).on("text", (text) => (streamed += text)).finalMessage();
    assert.ok(streamed.includes(digest("user:helper")), streamed);
    assert.equal(textOf(message), streamed);
    assert.equal(message.stop_reason, "end_turn");
    assert.ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 0, JSON.stringify(message.usage));
    return `${message.usage.input_tokens} + ${message.usage.output_tokens} tokens`;
  });

  const ask = "Ask get_weather and get_time.";
  const checkCalls = (message) => {
    const uses = message.content.filter((block) => block.type === "tool_use");
    assert.equal(message.stop_reason, "tool_use");
    assert.deepEqual(uses.map((use) => use.name).sort(), ["get_time", "get_weather"]);
    assert.equal(new Set(uses.map((use) => use.id)).size, 2);
    for (const use of uses) {
      assert.equal(typeof use.input.city, "string");
      assert.equal(typeof use.input.degrees, "number");
    }
    return uses;
  };

  await call("messages.create, parallel tool calls and their results", async () => {
    const first = await client.messages.create({ ...plain, tools, messages: user(ask) });
    const uses = checkCalls(first);
    const results = uses.map((use) => ({ type: "tool_result", tool_use_id: use.id, content: `result of ${use.name}` }));
    const last = await client.messages.create({
      ...plain, tools, messages: [...user(ask), { role: "assistant", content: first.content }, ...user(results)],
    });
    assert.equal(last.stop_reason, "end_turn");
    assert.match(textOf(last), /digest:/);
    return uses.map((use) => use.name).join(", ");
  });

  await call("messages.create, tool_choice", async () => {
    const message = await client.messages.create({
      ...plain, tools, tool_choice: { type: "tool", name: "get_time", disable_parallel_tool_use: true }, messages: user("whatever"),
    });
    assert.deepEqual(message.content.filter((block) => block.type === "tool_use").map((use) => use.name), ["get_time"]);
  });

  await call("messages.stream, tools", async () => {
    const partial = [];
    const stream = client.messages.stream({ ...plain, tools, messages: user(ask) }).on("inputJson", (json) => partial.push(json));
    checkCalls(await stream.finalMessage());
    assert.ok(partial.length > 2);
    return `${partial.length} pieces of input`;
  });

  await call("messages.parse, structured output", async () => {
    const message = await client.messages.parse({
      ...plain, messages: user("structured"), output_config: { format: { type: "json_schema", schema } },
    });
    assert.equal(typeof message.parsed_output.city, "string");
    assert.equal(typeof message.parsed_output.degrees, "number");
  });

  await call("messages.create, image", async () => {
    const message = await client.messages.create({
      ...plain,
      messages: user([{ type: "image", source: { type: "base64", media_type: "image/png", data: png } }, { type: "text", text: "see" }]),
    });
    assert.ok(textOf(message).includes(imageMark), textOf(message));
  });

  const hello = { ...plain, messages: user("hello") };
  await refused("error: unknown key", Anthropic.AuthenticationError, 401,
    () => clientOf({ apiKey: "lwk_nobodys", maxRetries: 0 }).messages.create(hello),
    (error) => assert.equal(error.type, "authentication_error"));
  await refused("error: unknown model", Anthropic.NotFoundError, 404,
    () => once.messages.create({ ...hello, model: "claude-0" }),
    (error) => assert.equal(error.type, "not_found_error"));
  await refused("error: bad request", Anthropic.BadRequestError, 400,
    () => once.messages.create({ ...hello, messages: [] }),
    (error) => assert.equal(error.type, "invalid_request_error"));
  await refused("error: rate limit", Anthropic.RateLimitError, 429,
    () => failing({ rate_limit: { probability: 1 } }, () => once.messages.create(hello)),
    (error) => {
      assert.equal(error.type, "rate_limit_error");
      assert.ok(Number(error.headers.get("retry-after")) >= 1);
    });
  await refused("error: overloaded", Anthropic.OverloadedError, 529,
    () => failing({ server_error: { probability: 1, status: input.kind === "openai" ? 503 : 529 } }, () => once.messages.create(hello)),
    (error) => assert.equal(error.type, "overloaded_error"));
  await refused("error: rate limit, stream", Anthropic.RateLimitError, 429,
    () => failing({ rate_limit: { probability: 1 } }, () => once.messages.stream(hello).finalMessage()));
  await refused("error: within a stream", Anthropic.APIError, undefined,
    () => failing({ stream_error_after_200: { probability: 1 } }, () => once.messages.stream(hello).finalMessage()));
}
