// SageMaker's endpoints and Lambda's functions, both of which answer chat bodies.
import { InvokeCommand, InvokeWithResponseStreamCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand, InvokeEndpointWithResponseStreamCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { assert, call, digest } from "../conformance.mjs";
import { bytes, chat, fails, lines, settings, text } from "./client.mjs";

const contentOf = (body) => JSON.parse(text(body)).choices[0].message.content;
const streamed = (body) => body.split("\n\n").filter((one) => one.startsWith("data: {")).map((one) => JSON.parse(one.slice(6)).choices[0]?.delta?.content ?? "").join("");

export async function sagemaker() {
  const client = new SageMakerRuntimeClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const EndpointName = "llama";
  await call("InvokeEndpoint", async () => {
    const answer = await client.send(new InvokeEndpointCommand({ EndpointName, Body: bytes(chat("hello")), ContentType: "application/json", CustomAttributes: "trace=1" }));
    assert.ok(contentOf(answer.Body).startsWith(digest(...lines("hello"))));
    assert.equal(answer.CustomAttributes, "trace=1");
    assert.equal(answer.InvokedProductionVariant, "AllTraffic");
  });
  await call("InvokeEndpointWithResponseStream, parts cut anywhere", async () => {
    const answer = await client.send(new InvokeEndpointWithResponseStreamCommand({ EndpointName, Body: bytes(chat("hello", { stream: true })) }));
    const parts = [];
    for await (const event of answer.Body) {
      parts.push(text(event.PayloadPart.Bytes));
    }
    assert.ok(parts.some((part) => !part.endsWith("\n\n")));
    assert.ok(streamed(parts.join("")).startsWith(digest(...lines("hello"))));
  });
  await call("InvokeEndpointAsync, from S3 to S3", async () => {
    await s3.send(new PutObjectCommand({ Bucket: "sandbox", Key: "inference/in.json", Body: bytes(chat("later")) }));
    const accepted = await client.send(new InvokeEndpointAsyncCommand({ EndpointName, InputLocation: "s3://sandbox/inference/in.json", InferenceId: "mine" }));
    assert.equal(accepted.InferenceId, "mine");
    assert.match(accepted.FailureLocation, /^s3:\/\/sandbox\/.+/);
    const [, Bucket, Key] = accepted.OutputLocation.match(/^s3:\/\/([^/]+)\/(.+)$/);
    const found = await s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.ok(contentOf(await found.Body.transformToByteArray()).startsWith(digest(...lines("later"))));
  });
  await fails("InvokeEndpoint, the container refuses", "ModelError", 424, () => client.send(new InvokeEndpointCommand({ EndpointName, Body: bytes({ messages: [] }) })), (error) => {
    assert.equal(error.OriginalStatusCode, 400);
    assert.ok(JSON.parse(error.OriginalMessage).error.message);
  });
}

export async function lambda() {
  const client = new LambdaClient(settings);
  const FunctionName = "arn:aws:lambda:eu-west-1:123456789012:function:llm:live";
  await call("Invoke", async () => {
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload: bytes(chat("hello")), LogType: "Tail" }));
    assert.equal(answer.StatusCode, 200);
    assert.equal(answer.FunctionError, undefined);
    assert.ok(contentOf(answer.Payload).startsWith(digest(...lines("hello"))));
    assert.match(Buffer.from(answer.LogResult, "base64").toString(), /Init Duration/);
  });
  await call("Invoke, warm", async () => {
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload: bytes(chat("hello")), LogType: "Tail" }));
    assert.doesNotMatch(Buffer.from(answer.LogResult, "base64").toString(), /Init Duration/);
  });
  await call("Invoke, the function throws", async () => {
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload: bytes({ hello: 1 }) }));
    assert.equal(answer.StatusCode, 200);
    assert.equal(answer.FunctionError, "Unhandled");
    assert.ok(JSON.parse(text(answer.Payload)).errorMessage);
  });
  await call("Invoke, event and dry run", async () => {
    const accepted = await client.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: bytes(chat("hello")) }));
    const tried = await client.send(new InvokeCommand({ FunctionName, InvocationType: "DryRun", Payload: bytes(chat("hello")) }));
    assert.deepEqual([accepted.StatusCode, tried.StatusCode], [202, 204]);
  });
  await call("InvokeWithResponseStream", async () => {
    const answer = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: "llm", Payload: bytes(chat("hello", { stream: true })) }));
    let said = "", complete;
    for await (const event of answer.EventStream) {
      said += event.PayloadChunk ? text(event.PayloadChunk.Payload) : "";
      complete = event.InvokeComplete ?? complete;
    }
    assert.ok(streamed(said).startsWith(digest(...lines("hello"))));
    assert.equal(complete.ErrorCode, undefined);
  });
  await fails("Invoke, too large", "RequestTooLargeException", 413, () => client.send(new InvokeCommand({ FunctionName, Payload: new Uint8Array(6 * 1024 * 1024 + 1) })));
}
