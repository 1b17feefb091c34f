// Batches of chat, responses and embeddings lines.
import { assert, call, digest, eventually, input, refused } from "../../conformance.mjs";
import { OpenAI, clientOf, user } from "./client.mjs";

const ended = ["completed", "failed", "expired", "cancelled"];

export async function batches() {
  const client = clientOf();
  const upload = async (lines) => (await client.files.create({
    file: await OpenAI.toFile(Buffer.from(lines.map((line) => JSON.stringify(line)).join("\n")), "batch.jsonl"), purpose: "batch",
  })).id;
  const line = (custom_id, url, body) => ({ custom_id, method: "POST", url, body });
  const until = (id) => eventually(() => client.batches.retrieve(id), (batch) => ended.includes(batch.status));
  const rows = async (file) => (file ? (await (await client.files.content(file)).text()).trim().split("\n").map((row) => JSON.parse(row)) : []);
  const run = async (endpoint, lines, window = "24h") => {
    const { id } = await client.batches.create({ input_file_id: await upload(lines), endpoint, completion_window: window });
    const batch = await until(id);
    assert.equal(batch.status, "completed", JSON.stringify(batch));
    const found = await rows(batch.output_file_id);
    assert.deepEqual(found.map((row) => row.custom_id).sort(), lines.map((one) => one.custom_id).sort());
    assert.ok(found.every((row) => row.response.status_code === 200));
    return found;
  };

  const chat = "/v1/chat/completions";
  const lines = ["first", "second", "third"].map((text) => line(text, chat, { model: input.model, messages: user(text) }));
  let id;
  await call("batches.create", async () => {
    const batch = await client.batches.create({
      input_file_id: await upload([...lines, line("wrong", chat, { model: input.model, messages: [] })]),
      endpoint: chat, completion_window: "24h", metadata: { run: "conformance" },
    });
    id = batch.id;
    assert.equal(batch.object, "batch");
    assert.match(id, /^batch_/);
    assert.deepEqual(batch.metadata, { run: "conformance" });
    return batch.status;
  });
  await call("batches.retrieve", async () => {
    const batch = await until(id);
    assert.equal(batch.status, "completed", JSON.stringify(batch));
    assert.deepEqual(batch.request_counts, { total: 4, completed: 3, failed: 1 });
  });
  await call("files.content, output and errors of a batch", async () => {
    const batch = await client.batches.retrieve(id);
    const found = await rows(batch.output_file_id);
    assert.deepEqual(found.map((row) => row.custom_id).sort(), ["first", "second", "third"]);
    for (const row of found) {
      assert.ok(row.response.body.choices[0].message.content.includes(digest(`user:${row.custom_id}`)));
    }
    const [wrong, ...more] = await rows(batch.error_file_id);
    assert.equal(more.length, 0);
    assert.equal(wrong.custom_id, "wrong");
    assert.equal(wrong.response.status_code, 400);
    return "3 rows and 1";
  });
  await call("batches.create, any window", () => run(chat, lines.slice(0, 1), "90m").then(() => undefined));
  await call("batches.create, several models", async () => {
    const found = await run(chat, [lines[0], line("other", chat, { model: input.otherModel ?? input.model, messages: user("other") })]);
    return `${found.length} rows`;
  });
  await call("batches.create, responses", async () => {
    const [row] = await run("/v1/responses", [line("one", "/v1/responses", { model: input.model, input: "of a batch" })]);
    assert.ok(JSON.stringify(row.response.body.output).includes(digest("user:of a batch")));
  });
  await call("batches.create, embeddings", async () => {
    const [row] = await run("/v1/embeddings", [line("one", "/v1/embeddings", { model: input.embeddingModel, input: "of a batch" })]);
    assert.equal(row.response.body.data.length, 1);
  });
  await call("batches.list", async () => {
    const found = [];
    for await (const batch of client.batches.list({ limit: 2 })) {
      found.push(batch.id);
    }
    assert.ok(found.includes(id));
    assert.equal(new Set(found).size, found.length);
    return `${found.length} batches, two a page`;
  });
  await call("batches.cancel", async () => {
    const { id: other } = await client.batches.create({ input_file_id: await upload(lines), endpoint: chat, completion_window: "24h" });
    const cancelled = await client.batches.cancel(other);
    assert.ok(["cancelling", "cancelled"].includes(cancelled.status), cancelled.status);
    const batch = await until(other);
    const all = [...await rows(batch.output_file_id), ...await rows(batch.error_file_id)];
    assert.deepEqual(all.map((row) => row.custom_id).sort(), ["first", "second", "third"]);
    return `${batch.status}, ${batch.request_counts.completed} of 3 had run`;
  });
  await refused("error: unknown batch", OpenAI.NotFoundError, 404, () => client.batches.retrieve("batch_0000000000"));
  await refused("error: unknown input file", OpenAI.NotFoundError, 404,
    () => client.batches.create({ input_file_id: "file-0000000000", endpoint: chat, completion_window: "24h" }));
  await call("batches.create, a bad line", async () => {
    const bad = await client.batches.create({ input_file_id: await upload([lines[0], lines[0]]), endpoint: chat, completion_window: "24h" });
    const batch = await until(bad.id);
    assert.equal(batch.status, "failed");
    assert.equal(batch.errors.data[0].line, 2);
    return batch.errors.data[0].code;
  });
}
