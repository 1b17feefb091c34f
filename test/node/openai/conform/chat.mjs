// Chat completions, whatever kind of provider serves the model.
import { assert, call, digest, failing, imageMark, input, png, refused, schema } from "../../conformance.mjs";
import { OpenAI, clientOf, user } from "./client.mjs";

const tools = ["get_weather", "get_time"].map((name) => ({
  type: "function", function: { name, description: `Tells ${name}.`, parameters: schema },
}));

export async function chat(model) {
  const client = clientOf();
  const once = clientOf({ maxRetries: 0 });
  const { completions } = client.chat;

  await call("chat.completions.create", async () => {
    const { data, response } = await completions
      .create({ model, messages: [{ role: "system", content: "Be kind." }, ...user("plain")] })
      .withResponse();
    assert.equal(data.object, "chat.completion");
    assert.ok(data.choices[0].message.content.includes(digest("system:Be kind.", "user:plain")), data.choices[0].message.content);
    assert.equal(data.choices[0].finish_reason, "stop");
    assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
    assert.equal(response.headers.get("leeway-lane"), "realtime");
    return `${data.usage.prompt_tokens} + ${data.usage.completion_tokens} tokens`;
  });

  await call("chat.completions.create, several turns", async () => {
    const { choices } = await completions.create({
      model,
      messages: [...user("one"), { role: "assistant", content: "two" }, ...user([{ type: "text", text: "three" }])],
    });
    assert.ok(choices[0].message.content.includes(digest("user:one", "assistant:two", "user:three")), choices[0].message.content);
  });

  await call("chat.completions.create, max_completion_tokens reached", async () => {
    const { choices, usage } = await completions.create({ model, max_completion_tokens: 5, messages: user("short") });
    assert.equal(choices[0].finish_reason, "length");
    assert.equal(usage.completion_tokens, 5);
  });

  await call("chat.completions.create, stop sequence", async () => {
    const { choices } = await completions.create({ model, stop: ["digest"], messages: user("halt") });
    assert.equal(choices[0].finish_reason, "stop");
    assert.equal(choices[0].message.content ?? "", "");
  });

  await call("chat.completions.create, stream", async () => {
    let content = "";
    let finish = null;
    let usage = null;
    const chunks = await completions.create({ model, messages: user("chunks"), stream: true, stream_options: { include_usage: true } });
    for await (const chunk of chunks) {
      assert.equal(chunk.object, "chat.completion.chunk");
      content += chunk.choices[0]?.delta?.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    assert.ok(content.includes(digest("user:chunks")), content);
    assert.equal(finish, "stop");
    assert.ok(usage.prompt_tokens > 0 && usage.completion_tokens > 0);
    return `${usage.prompt_tokens} + ${usage.completion_tokens} tokens`;
  });

  await call("chat.completions.stream", async () => {
    const completion = await completions.stream({ model, messages: user("helper") }).finalChatCompletion();
    assert.ok(completion.choices[0].message.content.includes(digest("user:helper")));
    assert.equal(completion.choices[0].finish_reason, "stop");
  });

  const ask = "Ask get_weather and get_time.";
  const checkCalls = (choice) => {
    const made = choice.message.tool_calls;
    assert.equal(choice.finish_reason, "tool_calls");
    assert.deepEqual(made.map((one) => one.function.name).sort(), ["get_time", "get_weather"]);
    assert.equal(new Set(made.map((one) => one.id)).size, 2);
    for (const one of made) {
      const { city, degrees } = JSON.parse(one.function.arguments);
      assert.equal(typeof city, "string");
      assert.equal(typeof degrees, "number");
    }
    return made;
  };

  await call("chat.completions.create, parallel tool calls and their results", async () => {
    const first = (await completions.create({ model, tools, messages: user(ask) })).choices[0];
    const made = checkCalls(first);
    const results = made.map((one) => ({ role: "tool", tool_call_id: one.id, content: `result of ${one.function.name}` }));
    const last = (await completions.create({ model, tools, messages: [...user(ask), first.message, ...results] })).choices[0];
    assert.equal(last.finish_reason, "stop");
    assert.match(last.message.content, /digest:/);
    return made.map((one) => one.function.name).join(", ");
  });

  await call("chat.completions.create, tool_choice", async () => {
    const { choices } = await completions.create({
      model, tools, tool_choice: { type: "function", function: { name: "get_time" } }, parallel_tool_calls: false, messages: user("whatever"),
    });
    assert.deepEqual(choices[0].message.tool_calls.map((one) => one.function.name), ["get_time"]);
  });

  await call("chat.completions.stream, tools", async () => {
    let pieces = 0;
    const stream = completions.stream({ model, tools, messages: user(ask) }).on("chunk", (chunk) => (pieces += chunk.choices[0]?.delta?.tool_calls ? 1 : 0));
    checkCalls((await stream.finalChatCompletion()).choices[0]);
    assert.ok(pieces > 2);
    return `${pieces} pieces`;
  });

  await call("chat.completions.parse, structured output", async () => {
    const { choices } = await completions.parse({
      model, messages: user("structured"), response_format: { type: "json_schema", json_schema: { name: "weather", strict: true, schema } },
    });
    const { city, degrees } = choices[0].message.parsed ?? JSON.parse(choices[0].message.content);
    assert.equal(typeof city, "string");
    assert.equal(typeof degrees, "number");
  });

  await call("chat.completions.create, image", async () => {
    const { choices } = await completions.create({
      model, messages: user([{ type: "text", text: "see" }, { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } }]),
    });
    assert.ok(/image:/.test(choices[0].message.content), choices[0].message.content);
    return choices[0].message.content.includes(imageMark) ? "seen" : "seen by its address";
  });

  const hello = { model, messages: user("hello") };
  await refused("error: unknown key", OpenAI.AuthenticationError, 401,
    () => clientOf({ apiKey: "lwk_nobodys", maxRetries: 0 }).chat.completions.create(hello),
    (error) => assert.equal(error.code, "invalid_api_key"));
  await refused("error: unknown model", OpenAI.NotFoundError, 404,
    () => once.chat.completions.create({ ...hello, model: "gpt-0" }),
    (error) => assert.equal(error.code, "model_not_found"));
  await refused("error: bad request", OpenAI.BadRequestError, 400, () => once.chat.completions.create({ ...hello, messages: [] }));
  await refused("error: rate limit", OpenAI.RateLimitError, 429,
    () => failing({ rate_limit: { probability: 1 } }, () => once.chat.completions.create(hello)),
    (error) => assert.ok(Number(error.headers.get("retry-after")) >= 1));
  await refused("error: overloaded", OpenAI.InternalServerError, 503,
    () => failing({ server_error: { probability: 1, status: input.kind === "openai" ? 503 : 529 } }, () => once.chat.completions.create(hello)));
  await refused("error: rate limit, stream", OpenAI.RateLimitError, 429,
    () => failing({ rate_limit: { probability: 1 } }, () => once.chat.completions.stream(hello).finalChatCompletion()));
  await refused("error: within a stream", OpenAI.APIError, undefined,
    () => failing({ stream_error_after_200: { probability: 1 } }, async () => {
      for await (const _ of await once.chat.completions.create({ ...hello, stream: true }));
    }));
}
