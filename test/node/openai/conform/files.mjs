// Files and uploads.
import { assert, call, refused } from "../../conformance.mjs";
import { OpenAI, clientOf } from "./client.mjs";

const text = "first line\nsecond line\n";
const bytes = Buffer.from(text);

export async function files() {
  const client = clientOf();
  let id;
  await call("files.create", async () => {
    const file = await client.files.create({
      file: await OpenAI.toFile(bytes, "notes.txt"), purpose: "user_data", expires_after: { anchor: "created_at", seconds: 3600 },
    });
    id = file.id;
    assert.equal(file.object, "file");
    assert.equal(file.bytes, bytes.length);
    assert.equal(file.filename, "notes.txt");
    assert.equal(file.expires_at - file.created_at, 3600);
  });
  await call("files.waitForProcessing", async () => assert.equal((await client.files.waitForProcessing(id)).status, "processed"));
  await call("files.retrieve", async () => assert.equal((await client.files.retrieve(id)).id, id));
  await call("files.list", async () => {
    await client.files.create({ file: await OpenAI.toFile(bytes, "more.txt"), purpose: "user_data" });
    const found = [];
    for await (const file of client.files.list({ purpose: "user_data", limit: 1 })) {
      found.push(file.id);
    }
    assert.ok(found.includes(id) && found.length >= 2);
    return `${found.length} files, a page each`;
  });
  await call("files.content", async () => assert.equal(await (await client.files.content(id)).text(), text));
  await call("files.delete", async () => {
    assert.equal((await client.files.delete(id)).deleted, true);
    await assert.rejects(client.files.retrieve(id), OpenAI.NotFoundError);
  });
  await refused("error: unknown file", OpenAI.NotFoundError, 404, () => client.files.retrieve("file-0000000000"));
  await refused("error: unknown purpose", OpenAI.BadRequestError, 400,
    async () => client.files.create({ file: await OpenAI.toFile(bytes, "notes.txt"), purpose: "nonsense" }));

  const announced = { bytes: bytes.length, filename: "parts.txt", mime_type: "text/plain", purpose: "user_data" };
  let upload;
  const parts = [];
  await call("uploads.create", async () => {
    upload = await client.uploads.create(announced);
    assert.equal(upload.object, "upload");
    assert.equal(upload.status, "pending");
  });
  await call("uploads.parts.create", async () => {
    for (const piece of [bytes.subarray(0, 11), bytes.subarray(11)]) {
      parts.push((await client.uploads.parts.create(upload.id, { data: await OpenAI.toFile(piece, "part") })).id);
    }
    assert.equal(new Set(parts).size, 2);
  });
  await call("uploads.complete", async () => {
    const complete = await client.uploads.complete(upload.id, { part_ids: parts });
    assert.equal(complete.status, "completed");
    assert.equal(await (await client.files.content(complete.file.id)).text(), text);
  });
  await call("uploads.cancel", async () => {
    const other = await client.uploads.create(announced);
    assert.equal((await client.uploads.cancel(other.id)).status, "cancelled");
    await assert.rejects(client.uploads.complete(other.id, { part_ids: [] }), OpenAI.BadRequestError);
  });
}
