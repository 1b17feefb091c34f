// The batch flow of a program with a large file: upload, create, poll, download both files, check every row by its custom id.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { answer, client, input } from "./client.mjs";

const model = input.model;
// Words: one endless word costs a tokenizer time by its square.
const sentence = "The quick brown fox jumps over the lazy dog and lets it pass without a word. ";
const filler = sentence.repeat(Math.ceil(input.lineBytes / sentence.length)).slice(0, input.lineBytes);
const promptOf = (number) => `What does line ${number} ask? ${filler}`;
const digestOf = (number) => createHash("sha256").update(`user:${promptOf(number)}`).digest("hex").slice(0, 16);
const lineOf = (number) => JSON.stringify({
  custom_id: `line-${number}`,
  method: "POST",
  url: "/v1/chat/completions",
  body: { model, max_tokens: 20, messages: [{ role: "user", content: promptOf(number) }] },
});

const seconds = (from) => Math.round((performance.now() - from) / 10) / 100;
const folder = await mkdtemp(join(tmpdir(), "leeway-batch-"));
const times = {};
try {
  const path = join(folder, "input.jsonl");
  const out = createWriteStream(path);
  for (let number = 0; number < input.lines; number++) {
    if (!out.write(lineOf(number) + "\n")) {
      await once(out, "drain");
    }
  }
  out.end();
  await once(out, "finish");

  let start = performance.now();
  const file = await client.files.create({ file: createReadStream(path), purpose: "batch" }, { timeout: 600_000 });
  times.upload = seconds(start);

  start = performance.now();
  let batch = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/chat/completions", completion_window: input.window });
  const seen = [batch.status];
  let wrong = 0;
  while (!["completed", "failed", "expired", "cancelled"].includes(batch.status)) {
    await new Promise((resume) => setTimeout(resume, input.pollMs));
    batch = await client.batches.retrieve(batch.id);
    const counts = batch.request_counts;
    wrong += counts.completed + counts.failed > counts.total ? 1 : 0;
    if (seen.at(-1) !== batch.status) {
      seen.push(batch.status);
      times[batch.status] = seconds(start);
    }
  }

  const rows = new Map();
  let misplaced = 0;
  let repeated = 0;
  const read = async (id, isError) => {
    if (!id) {
      return 0;
    }
    let count = 0;
    const response = await client.files.content(id);
    for await (const line of createInterface({ input: Readable.fromWeb(response.body) })) {
      const row = JSON.parse(line);
      repeated += rows.has(row.custom_id) ? 1 : 0;
      rows.set(row.custom_id, true);
      count++;
      const content = row.response?.body?.choices?.[0]?.message?.content ?? "";
      misplaced += !isError && !content.includes(digestOf(Number(row.custom_id.slice("line-".length)))) ? 1 : 0;
    }
    return count;
  };
  start = performance.now();
  const output = await read(batch.output_file_id, false);
  const errors = await read(batch.error_file_id, true);
  times.download = seconds(start);
  answer({
    status: batch.status, statuses: seen, counts: batch.request_counts, output, errors, distinct: rows.size, repeated, misplaced, wrongCounts: wrong,
    bytes: file.bytes, usage: batch.usage, batchErrors: batch.errors, times,
  });
} finally {
  await rm(folder, { recursive: true });
}
