// Bedrock's runtime: Converse and InvokeModel, whole and streamed.
import {
  BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand, CountTokensCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { assert, call, digest, failing } from "../conformance.mjs";
import { bytes, chat, conversation, fails, lines, settings as common, text } from "./client.mjs";

// This client alone speaks HTTP/2 unless told otherwise, which takes TLS at most servers.
const settings = { ...common, requestHandler: new NodeHttpHandler() };

const modelId = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0";
const tool = { toolSpec: { name: "weather", inputSchema: { json: { type: "object", properties: { city: { type: "string" } } } } } };
const claude = (prompt) => ({ anthropic_version: "bedrock-2023-05-31", max_tokens: 500, system: "Be short.", messages: [{ role: "user", content: prompt }] });
const pixel = Uint8Array.from([137, 80, 78, 71]);

export async function bedrock() {
  const client = new BedrockRuntimeClient(settings);
  await call("Converse", async () => {
    const answer = await client.send(new ConverseCommand({ modelId, ...conversation("hello"), inferenceConfig: { maxTokens: 300 } }));
    assert.ok(answer.output.message.content[0].text.startsWith(digest(...lines("hello"))));
    assert.equal(answer.stopReason, "end_turn");
    assert.equal(answer.usage.totalTokens, answer.usage.inputTokens + answer.usage.outputTokens);
    assert.equal(answer.serviceTier.type, "default");
    assert.equal(typeof answer.metrics.latencyMs, "number");
  });
  await call("Converse, model by ARN, flex", async () => {
    const answer = await client.send(new ConverseCommand({ modelId: arn, ...conversation("flex"), serviceTier: { type: "flex" } }));
    assert.equal(answer.serviceTier.type, "flex");
  });
  await call("Converse, image", async () => {
    const content = [{ text: "what is it" }, { image: { format: "png", source: { bytes: pixel } } }];
    const answer = await client.send(new ConverseCommand({ modelId, messages: [{ role: "user", content }] }));
    assert.match(answer.output.message.content[0].text, / image:[0-9a-f]{16}/);
  });
  await call("Converse, tool and its result", async () => {
    const messages = [{ role: "user", content: [{ text: "use the tool" }] }];
    const asked = await client.send(new ConverseCommand({ modelId, messages, toolConfig: { tools: [tool], toolChoice: { any: {} } } }));
    assert.equal(asked.stopReason, "tool_use");
    const { toolUse } = asked.output.message.content.find((block) => block.toolUse);
    assert.deepEqual(Object.keys(toolUse.input), ["city"]);
    const result = { role: "user", content: [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ json: { degrees: 7 } }] } }] };
    const answer = await client.send(new ConverseCommand({ modelId, messages: [...messages, asked.output.message, result], toolConfig: { tools: [tool] } }));
    assert.equal(answer.stopReason, "end_turn");
  });
  await call("ConverseStream", async () => {
    const whole = await client.send(new ConverseCommand({ modelId, ...conversation("stream") }));
    const answer = await client.send(new ConverseStreamCommand({ modelId, ...conversation("stream") }));
    let said = "", last, stop;
    for await (const event of answer.stream) {
      said += event.contentBlockDelta?.delta.text ?? "";
      stop = event.messageStop?.stopReason ?? stop;
      last = event;
    }
    assert.equal(said, whole.output.message.content[0].text);
    assert.equal(stop, "end_turn");
    assert.deepEqual(last.metadata.usage, whole.usage);
  });
  await call("ConverseStream, tool input in pieces", async () => {
    const answer = await client.send(new ConverseStreamCommand({
      modelId, messages: [{ role: "user", content: [{ text: "weather" }] }], toolConfig: { tools: [tool] },
    }));
    let input = "", name;
    for await (const event of answer.stream) {
      name = event.contentBlockStart?.start.toolUse.name ?? name;
      input += event.contentBlockDelta?.delta.toolUse?.input ?? "";
    }
    assert.equal(name, "weather");
    assert.deepEqual(Object.keys(JSON.parse(input)), ["city"]);
  });
  await call("ConverseStream, exception inside the stream", async () => {
    await failing({ stream_error_after_200: { next: 1 } }, async () => {
      const answer = await client.send(new ConverseStreamCommand({ modelId, ...conversation("broken") }));
      await assert.rejects(async () => {
        for await (const _ of answer.stream);
      }, { name: "ModelStreamErrorException" });
    });
  });
  await call("ConverseStream, a turned bit is found", async () => {
    await failing({ stream_garbage: { next: 1 } }, async () => {
      const answer = await client.send(new ConverseStreamCommand({ modelId, ...conversation("garbage") }));
      await assert.rejects(async () => {
        for await (const _ of answer.stream);
      }, /checksum/);
    });
  });
  await call("InvokeModel, Claude", async () => {
    const answer = await client.send(new InvokeModelCommand({ modelId, body: bytes(claude("hello")), contentType: "application/json", serviceTier: "default" }));
    const message = JSON.parse(text(answer.body));
    assert.ok(message.content[0].text.startsWith(digest(...lines("hello"))));
    assert.equal(message.model, "claude-haiku-4-5-20251001");
  });
  await call("InvokeModel, gpt-oss", async () => {
    const answer = await client.send(new InvokeModelCommand({ modelId: "openai.gpt-oss-20b-1:0", body: bytes(chat("hello")) }));
    assert.ok(JSON.parse(text(answer.body)).choices[0].message.content.startsWith(digest(...lines("hello"))));
  });
  await call("InvokeModelWithResponseStream, Claude", async () => {
    const answer = await client.send(new InvokeModelWithResponseStreamCommand({ modelId, body: bytes(claude("hello")) }));
    const events = [];
    for await (const event of answer.body) {
      events.push(JSON.parse(text(event.chunk.bytes)));
    }
    const said = events.filter((event) => event.type === "content_block_delta").map((event) => event.delta.text).join("");
    assert.ok(said.startsWith(digest(...lines("hello"))));
    assert.ok(events.at(-1)["amazon-bedrock-invocationMetrics"].outputTokenCount > 0);
  });
  await call("CountTokens", async () => {
    const { usage } = await client.send(new ConverseCommand({ modelId, ...conversation("count me") }));
    const counted = await client.send(new CountTokensCommand({ modelId, input: { converse: conversation("count me") } }));
    assert.equal(counted.inputTokens, usage.inputTokens);
  });
  await fails("Converse, unknown model", "ValidationException", 400, () => client.send(new ConverseCommand({ modelId: "nobody.nothing-v1:0", ...conversation("x") })));
  await fails("Converse, cache point where there is no cache", "AccessDeniedException", 403, () => client.send(new ConverseCommand({
    modelId: "meta.llama3-1-8b-instruct-v1:0", system: [{ text: "x" }, { cachePoint: { type: "default" } }], messages: conversation("x").messages,
  })));
  await call("Converse, faults by their exceptions", async () => {
    for (const [fault, name] of [
      [{ rate_limit: { next: 1 } }, "ThrottlingException"],
      [{ insufficient_quota: { next: 1 } }, "ServiceQuotaExceededException"],
      [{ server_error: { next: 1, status: 503 } }, "ServiceUnavailableException"],
      [{ server_error: { next: 1, status: 500 } }, "InternalServerException"],
      [{ server_error: { next: 1, status: 408 } }, "ModelTimeoutException"],
      [{ server_error: { next: 1, status: 424 } }, "ModelErrorException"],
      [{ server_error: { next: 1, status: 429 } }, "ModelNotReadyException"],
    ]) {
      await failing(fault, () => assert.rejects(client.send(new ConverseCommand({ modelId, ...conversation("x") })), { name }));
    }
  });
  const stranger = new BedrockRuntimeClient({ ...settings, credentials: { accessKeyId: "sandbox", secretAccessKey: "wrong" } });
  await fails("Converse, wrong secret", "InvalidSignatureException", 403, () => stranger.send(new ConverseCommand({ modelId, ...conversation("x") })));
  const keyed = new BedrockRuntimeClient({ ...settings, token: { token: "some-key" }, authSchemePreference: ["httpBearerAuth"] });
  await call("Converse, bearer key", () => keyed.send(new ConverseCommand({ modelId, ...conversation("x") })).then(() => "ok"));
}
