// S3 in path style, with the checksums and trailers that the client adds by itself.
import {
  CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand,
  S3Client, UploadPartCommand,
} from "@aws-sdk/client-s3";
import { assert, call } from "../conformance.mjs";
import { fails, settings } from "./client.mjs";

const Bucket = "sandbox";

export async function s3() {
  const client = new S3Client({ ...settings, forcePathStyle: true });
  for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"]) {
    await call(`PutObject and GetObject, ${ChecksumAlgorithm}`, async () => {
      const Key = `a b/é+${ChecksumAlgorithm}.txt`;
      const put = await client.send(new PutObjectCommand({ Bucket, Key, Body: "hello", ChecksumAlgorithm, Metadata: { trace: "1" }, ContentType: "text/plain" }));
      assert.ok(put[`Checksum${ChecksumAlgorithm}`]);
      const found = await client.send(new GetObjectCommand({ Bucket, Key }));
      assert.equal(await found.Body.transformToString(), "hello");
      assert.deepEqual([found.Metadata.trace, found.ContentType, found.ETag], ["1", "text/plain", '"5d41402abc4b2a76b9719d911017c592"']);
      assert.equal(found[`Checksum${ChecksumAlgorithm}`], put[`Checksum${ChecksumAlgorithm}`]);
    });
  }
  await call("GetObject, range", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "range", Body: "0123456789" }));
    const found = await client.send(new GetObjectCommand({ Bucket, Key: "range", Range: "bytes=2-4" }));
    assert.deepEqual([await found.Body.transformToString(), found.ContentRange], ["234", "bytes 2-4/10"]);
  });
  await call("Multipart upload", async () => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const first = new Uint8Array(5 * 1024 * 1024).fill(97);
    const Parts = [];
    for (const [index, Body] of [first, "end"].entries()) {
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key: "parts", UploadId, PartNumber: index + 1, Body }));
      Parts.push({ ETag, PartNumber: index + 1 });
    }
    const done = await client.send(new CompleteMultipartUploadCommand({ Bucket, Key: "parts", UploadId, MultipartUpload: { Parts } }));
    assert.match(done.ETag, /-2"$/);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "parts" }));
    assert.equal(head.ContentLength, first.length + 3);
  });
  await call("ListObjectsV2, pages and folders", async () => {
    for (const Key of ["list/a/1", "list/a/2", "list/b", "list/c"]) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    }
    const first = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "list/", Delimiter: "/", MaxKeys: 2 }));
    assert.deepEqual([first.CommonPrefixes[0].Prefix, first.Contents[0].Key, first.IsTruncated], ["list/a/", "list/b", true]);
    const next = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "list/", Delimiter: "/", ContinuationToken: first.NextContinuationToken }));
    assert.deepEqual(next.Contents.map((one) => one.Key), ["list/c"]);
  });
  await call("DeleteObject and DeleteObjects", async () => {
    await client.send(new DeleteObjectCommand({ Bucket, Key: "list/c" }));
    const gone = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "list/b" }, { Key: "never" }] } }));
    assert.equal(gone.Deleted.length, 2);
    const left = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "list/" }));
    assert.equal(left.KeyCount, 2);
  });
  await fails("GetObject, no such key", "NoSuchKey", 404, () => client.send(new GetObjectCommand({ Bucket, Key: "never" })));
  await fails("PutObject, no such bucket", "NoSuchBucket", 404, () => client.send(new PutObjectCommand({ Bucket: "nowhere", Key: "x", Body: "x" })));
}
