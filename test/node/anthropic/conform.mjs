// The official Anthropic client against one gateway: Messages natively and over another kind of provider, token counts, batches, deferred calls.
import { assert, call, digest, done, eventually, input, refused } from "../conformance.mjs";
import { Anthropic, clientOf, textOf, user } from "./client.mjs";
import { messages } from "./messages.mjs";
import { VERSION } from "@anthropic-ai/sdk/version";

const model = input.model;
await messages(model);
if (input.only !== "messages") {
  await counts();
  await deferred();
  await batches();
}

done("@anthropic-ai/sdk", VERSION);

async function counts() {
  const client = clientOf();
  await call("messages.countTokens", async () => {
    const { input_tokens } = await client.messages.countTokens({ model, system: "Be kind.", messages: user("count me") });
    const { usage } = await client.messages.create({ model, max_tokens: 5, system: "Be kind.", messages: user("count me") });
    assert.equal(input_tokens, usage.input_tokens);
    return `${input_tokens} tokens`;
  });
  await call("models.list", async () => {
    const found = [];
    for await (const one of client.models.list()) {
      found.push(one.id);
    }
    assert.ok(found.includes(model), found.join());
  });
  await call("models.retrieve", async () => {
    const found = await client.models.retrieve(model);
    assert.equal(found.id, model);
    assert.equal(found.type, "model");
  });
}

async function deferred() {
  const ask = (client, text, options) => client.messages.create({ model, max_tokens: 64, messages: user(text) }, options).withResponse();
  await call("messages.create, deferred by header", async () => {
    const { data, response } = await ask(clientOf(), "by header", { headers: { "Leeway-Deadline": "6h" } });
    assert.ok(textOf(data).includes(digest("user:by header")));
    assert.equal(response.headers.get("leeway-lane"), "batch");
  });
  await call("messages.create, deferred by base path", async () => {
    const { data, response } = await ask(clientOf({ baseURL: new URL("/by/1h", input.baseURL).href }), "by base path");
    assert.ok(textOf(data).includes(digest("user:by base path")));
    assert.equal(response.headers.get("leeway-lane"), "batch");
  });
  await call("messages.stream, deferred", async () => {
    const message = await clientOf({ baseURL: new URL("/by/low", input.baseURL).href }).messages
      .stream({ model, max_tokens: 64, messages: user("held stream") }).finalMessage();
    assert.ok(textOf(message).includes(digest("user:held stream")));
    assert.equal(message.stop_reason, "end_turn");
  });
}

async function batches() {
  const client = clientOf();
  const prompts = ["first", "second", "third"];
  const requests = prompts.map((text) => ({ custom_id: text, params: { model, max_tokens: 64, messages: user(text) } }));
  let id;
  await call("messages.batches.create", async () => {
    const batch = await client.messages.batches.create({ requests });
    id = batch.id;
    assert.equal(batch.type, "message_batch");
    assert.match(batch.id, /^msgbatch_/);
    assert.equal(Object.values(batch.request_counts).reduce((sum, count) => sum + count, 0), 3);
  });
  await call("messages.batches.retrieve", async () => {
    const batch = await eventually(() => client.messages.batches.retrieve(id), (seen) => seen.processing_status === "ended");
    assert.equal(batch.request_counts.succeeded, 3);
    assert.equal(new URL(batch.results_url).origin, new URL(input.baseURL).origin);
  });
  await call("messages.batches.results", async () => {
    const seen = {};
    for await (const row of await client.messages.batches.results(id)) {
      assert.equal(row.result.type, "succeeded");
      seen[row.custom_id] = textOf(row.result.message);
    }
    assert.deepEqual(Object.keys(seen).sort(), [...prompts].sort());
    prompts.forEach((text) => assert.ok(seen[text].includes(digest(`user:${text}`))));
    return "3 rows";
  });
  await call("messages.batches.list", async () => {
    const found = [];
    for await (const batch of client.messages.batches.list({ limit: 1 })) {
      found.push(batch.id);
    }
    assert.ok(found.includes(id));
    return `${found.length} batches`;
  });
  await call("messages.batches.delete", async () => {
    assert.deepEqual(await client.messages.batches.delete(id), { id, type: "message_batch_deleted" });
    await assert.rejects(client.messages.batches.retrieve(id), Anthropic.NotFoundError);
  });
  await call("messages.batches.cancel", async () => {
    const { id: other } = await client.messages.batches.create({ requests });
    const cancelled = await client.messages.batches.cancel(other);
    assert.equal(cancelled.id, other);
    const ended = await eventually(() => client.messages.batches.retrieve(other), (seen) => seen.processing_status === "ended");
    assert.equal(ended.request_counts.succeeded + ended.request_counts.canceled, 3);
    return `${ended.request_counts.canceled} of 3 canceled`;
  });
  await refused("error: unknown batch", Anthropic.NotFoundError, 404, () => client.messages.batches.retrieve("msgbatch_0000000000"));
  await refused("error: doubled custom_id", Anthropic.BadRequestError, 400,
    () => client.messages.batches.create({ requests: [requests[0], requests[0]] }),
    (error) => assert.match(error.message, /first/));
}
