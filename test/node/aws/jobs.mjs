// Model invocation jobs: from S3 to S3.
import { BedrockClient, CreateModelInvocationJobCommand, GetModelInvocationJobCommand, ListModelInvocationJobsCommand, StopModelInvocationJobCommand } from "@aws-sdk/client-bedrock";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { assert, call, digest } from "../conformance.mjs";
import { conversation, fails, lines, settings } from "./client.mjs";

const RECORDS = 100;

export async function jobs() {
  const client = new BedrockClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const create = (more = {}) => client.send(new CreateModelInvocationJobCommand({
    jobName: "conformance", roleArn: "arn:aws:iam::123456789012:role/batch", modelId: "amazon.nova-micro-v1:0", modelInvocationType: "Converse",
    inputDataConfig: { s3InputDataConfig: { s3Uri: "s3://sandbox/in/" } }, outputDataConfig: { s3OutputDataConfig: { s3Uri: "s3://sandbox/out/" } }, ...more,
  }));
  await call("CreateModelInvocationJob, rows in S3", async () => {
    const rows = Array.from({ length: RECORDS }, (_, i) => JSON.stringify({ recordId: `r${i}`, modelInput: conversation(`prompt ${i}`) }));
    await s3.send(new PutObjectCommand({ Bucket: "sandbox", Key: "in/rows.jsonl", Body: rows.join("\n") }));
    const { jobArn } = await create({ clientRequestToken: "token-1" });
    assert.match(jobArn, /^arn:aws:bedrock:eu-west-1:123456789012:model-invocation-job\/[a-z0-9]{12}$/);
    const again = await create({ clientRequestToken: "token-1" });
    assert.equal(again.jobArn, jobArn);
    const job = await client.send(new GetModelInvocationJobCommand({ jobIdentifier: jobArn }));
    assert.equal(job.status, "Completed");
    assert.ok(job.submitTime instanceof Date && job.endTime instanceof Date && job.jobExpirationTime > job.submitTime);
    assert.deepEqual([job.totalRecordCount, job.processedRecordCount, job.successRecordCount, job.errorRecordCount], [RECORDS, RECORDS, RECORDS, 0]);
    const id = jobArn.split("/")[1];
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "sandbox", Prefix: `out/${id}/` }));
    assert.deepEqual(Contents.map((one) => one.Key), [`out/${id}/manifest.json.out`, `out/${id}/rows.jsonl.out`]);
    const found = await s3.send(new GetObjectCommand({ Bucket: "sandbox", Key: `out/${id}/rows.jsonl.out` }));
    const answers = (await found.Body.transformToString()).trim().split("\n").map(JSON.parse);
    assert.equal(new Set(answers.map((row) => row.recordId)).size, RECORDS);
    for (const row of answers) {
      assert.ok(row.modelOutput.output.message.content[0].text.startsWith(digest(...lines(`prompt ${row.recordId.slice(1)}`))));
    }
  });
  await call("ListModelInvocationJobs", async () => {
    const { invocationJobSummaries } = await client.send(new ListModelInvocationJobsCommand({ statusEquals: "Completed", nameContains: "conform", maxResults: 10 }));
    assert.equal(invocationJobSummaries.length, 1);
    assert.equal(invocationJobSummaries[0].clientRequestToken, "token-1");
  });
  await call("StopModelInvocationJob of one that has ended", async () => {
    const { invocationJobSummaries: [job] } = await client.send(new ListModelInvocationJobsCommand({}));
    await assert.rejects(client.send(new StopModelInvocationJobCommand({ jobIdentifier: job.jobArn })), { name: "ConflictException" });
  });
  await fails("GetModelInvocationJob, unknown", "ResourceNotFoundException", 404, () => client.send(new GetModelInvocationJobCommand({ jobIdentifier: "abcdefghijkl" })));
  await fails("CreateModelInvocationJob, timeout below a day", "ValidationException", 400, () => create({ timeoutDurationInHours: 1 }));
}
