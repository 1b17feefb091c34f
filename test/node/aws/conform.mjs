// AWS's official clients against one sandbox.
import { createRequire } from "node:module";
import { done } from "../conformance.mjs";
import { bedrock } from "./bedrock.mjs";
import { lambda, sagemaker } from "./endpoints.mjs";
import { jobs } from "./jobs.mjs";
import { s3 } from "./s3.mjs";

await s3();
await bedrock();
await jobs();
await sagemaker();
await lambda();
done("@aws-sdk", createRequire(import.meta.url)("@aws-sdk/client-s3/package.json").version);
