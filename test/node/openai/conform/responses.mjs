// Responses: whole, streamed, and in the background with retrieve, cancel and a stream taken up again.
import { assert, call, digest, eventually, refused, schema } from "../../conformance.mjs";
import { OpenAI, clientOf } from "./client.mjs";

const tools = ["get_weather", "get_time"].map((name) => ({
  type: "function", name, description: `Tells ${name}.`, parameters: schema, strict: true,
}));
const open = (response) => response.status === "queued" || response.status === "in_progress";

export async function responses(model) {
  const client = clientOf();

  await call("responses.create", async () => {
    const response = await client.responses.create({ model, instructions: "Be kind.", input: "plain" });
    assert.equal(response.object, "response");
    assert.equal(response.status, "completed");
    assert.match(response.id, /^resp_/);
    assert.ok(response.output_text.includes(digest("system:Be kind.", "user:plain")), response.output_text);
    return `${response.usage.input_tokens} + ${response.usage.output_tokens} tokens`;
  });

  await call("responses.create, stream", async () => {
    const types = [];
    let text = "";
    let last = -1;
    for await (const event of await client.responses.create({ model, input: "events", stream: true })) {
      types.push(event.type);
      assert.ok(event.sequence_number > last);
      last = event.sequence_number;
      text += event.type === "response.output_text.delta" ? event.delta : "";
    }
    assert.equal(types[0], "response.created");
    assert.equal(types.at(-1), "response.completed");
    assert.ok(text.includes(digest("user:events")), text);
    return `${types.length} events`;
  });

  await call("responses.stream", async () => {
    const response = await client.responses.stream({ model, input: "helper" }).finalResponse();
    assert.equal(response.status, "completed");
    assert.ok(response.output_text.includes(digest("user:helper")), response.output_text);
  });

  await call("responses.create, function calls and their results", async () => {
    const ask = { role: "user", content: "Ask get_weather and get_time." };
    const first = await client.responses.create({ model, tools, input: [ask] });
    const made = first.output.filter((item) => item.type === "function_call");
    assert.deepEqual(made.map((one) => one.name).sort(), ["get_time", "get_weather"]);
    made.forEach((one) => assert.equal(typeof JSON.parse(one.arguments).city, "string"));
    const results = made.map((one) => ({ type: "function_call_output", call_id: one.call_id, output: `result of ${one.name}` }));
    const last = await client.responses.create({ model, tools, input: [ask, ...first.output, ...results] });
    assert.match(last.output_text, /digest:/);
    return made.map((one) => one.name).join(", ");
  });

  await call("responses.parse, structured output", async () => {
    const response = await client.responses.parse({
      model, input: "structured", text: { format: { type: "json_schema", name: "weather", strict: true, schema } },
    });
    const { city, degrees } = response.output_parsed ?? JSON.parse(response.output_text);
    assert.equal(typeof city, "string");
    assert.equal(typeof degrees, "number");
  });

  let id;
  await call("responses.create, background", async () => {
    const response = await client.responses.create({ model, input: "later", background: true });
    id = response.id;
    assert.ok(open(response), response.status);
    assert.equal(response.background, true);
    return response.status;
  });
  await call("responses.retrieve", async () => {
    const response = await eventually(() => client.responses.retrieve(id), (seen) => !open(seen));
    assert.equal(response.id, id);
    assert.equal(response.status, "completed");
    assert.ok(response.output_text.includes(digest("user:later")), response.output_text);
  });
  await call("responses.inputItems.list", async () => {
    const found = [];
    for await (const item of client.responses.inputItems.list(id)) {
      found.push(item);
    }
    assert.equal(found.length, 1);
    assert.match(JSON.stringify(found[0]), /later/);
  });
  await call("responses.create, background stream, taken up again", async () => {
    const seen = [];
    let background;
    for await (const event of await client.responses.create({ model, input: "resumed", background: true, stream: true })) {
      seen.push(event.sequence_number);
      background ??= event.response?.id;
      if (seen.length === 2) {
        break;
      }
    }
    let text = "";
    for await (const event of await client.responses.retrieve(background, { stream: true, starting_after: seen.at(-1) })) {
      seen.push(event.sequence_number);
      text += event.type === "response.output_text.delta" ? event.delta : "";
    }
    assert.deepEqual(seen, seen.map((_, index) => seen[0] + index));
    assert.ok(text.includes(digest("user:resumed")), text);
    return `2 events, then ${seen.length - 2}`;
  });
  await call("responses.cancel", async () => {
    // By tomorrow and in a batch, so that it is still open.
    const { id: other } = await client.responses.create({ model, input: "not wanted", background: true }, { headers: { "Leeway-Deadline": "24h" } });
    const cancelled = await client.responses.cancel(other);
    assert.equal(cancelled.id, other);
    const ended = await eventually(() => client.responses.retrieve(other), (seen) => !open(seen));
    assert.ok(["cancelled", "completed"].includes(ended.status), ended.status);
    return ended.status;
  });
  await call("responses.delete", async () => {
    await client.responses.delete(id);
    await assert.rejects(client.responses.retrieve(id), OpenAI.NotFoundError);
  });
  await refused("error: unknown response", OpenAI.NotFoundError, 404, () => client.responses.retrieve("resp_0000000000"));
}
