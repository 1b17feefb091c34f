// Deferred calls, text completions, embeddings and models.
import { assert, call, digest, input } from "../../conformance.mjs";
import { clientOf, user } from "./client.mjs";

export async function others() {
  const client = clientOf();
  const { model } = input;
  const deferred = async (text, client, options) => {
    const { data, response } = await client.chat.completions.create({ model, messages: user(text) }, options).withResponse();
    assert.ok(data.choices[0].message.content.includes(digest(`user:${text}`)));
    assert.equal(response.headers.get("leeway-lane"), "batch");
  };
  await call("chat.completions.create, deferred by header", () => deferred("by header", client, { headers: { "Leeway-Deadline": "6h" } }));
  await call("chat.completions.create, deferred by base path", () =>
    deferred("by base path", clientOf({ baseURL: new URL("/by/1h/v1", input.baseURL).href })));
  await call("chat.completions.stream, deferred", async () => {
    const completion = await clientOf({ baseURL: new URL("/by/low/v1", input.baseURL).href }).chat.completions
      .stream({ model, messages: user("held stream") }).finalChatCompletion();
    assert.ok(completion.choices[0].message.content.includes(digest("user:held stream")));
  });

  await call("completions.create", async () => {
    const completion = await client.completions.create({ model: input.completionModel, prompt: "Once upon a time", max_tokens: 30 });
    assert.equal(completion.object, "text_completion");
    assert.ok(completion.choices[0].text.length > 0);
    return `${completion.usage.total_tokens} tokens`;
  });
  await call("completions.create, stream", async () => {
    let text = "";
    for await (const chunk of await client.completions.create({ model: input.completionModel, prompt: "Once", max_tokens: 30, stream: true })) {
      text += chunk.choices[0]?.text ?? "";
    }
    assert.ok(text.length > 0);
  });

  await call("embeddings.create", async () => {
    const { data, usage } = await client.embeddings.create({ model: input.embeddingModel, input: ["one", "two"] });
    assert.deepEqual(data.map((one) => one.index), [0, 1]);
    assert.ok(data.every((one) => one.embedding.length > 0));
    return `${usage.total_tokens} tokens`;
  });
  await call("models.list", async () => {
    const found = [];
    for await (const one of client.models.list()) {
      found.push(one.id);
    }
    assert.ok(found.includes(model), found.join());
    return `${found.length} models`;
  });
  await call("models.retrieve", async () => assert.equal((await client.models.retrieve(model)).id, model));
}
