using System.Text;
using Leeway.Sandbox.Aws;

namespace Leeway.Tests.Sandbox.Aws;

/// <summary>Calls that no client sends: each is refused, none upsets the server.</summary>
public sealed class HostileTests
{
    [Theory]
    [InlineData("AWS4-HMAC-SHA256")]
    [InlineData("AWS4-HMAC-SHA256 ,,=,Credential=,SignedHeaders=,Signature=")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0")]
    [InlineData("AWS4-HMAC-SHA256 Credential=sandbox/20261129/x/bedrock/aws4_request, SignedHeaders=;;host;, Signature=0")]
    [InlineData("AWS4-HMAC-SHA256 Credential=sandbox/20261129/x/s3/aws4_request, SignedHeaders=host, Signature=%")]
    [InlineData("AWS4-HMAC-SHA256 Credential=sandbox////aws4_request, SignedHeaders=host, Signature=0, Credential=twice")]
    [InlineData("Bearer ")]
    [InlineData("Basic c2FuZGJveDpzYW5kYm94")]
    public async Task Authorization_of_any_shape_is_refused(string authorization)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        foreach (string path in new[] { "/model/amazon.nova-micro-v1:0/converse", "/endpoints/e/invocations", "/2015-03-31/functions/f/invocations", "/model-invocation-job" })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}") };
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            request.Headers.Add("x-amz-date", DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", null));
            using HttpResponseMessage response = await caller.Http.SendAsync(request);
            Assert.InRange((int)response.StatusCode, 400, 499);
        }
    }

    [Theory]
    [InlineData("/x?X-Amz-Algorithm=")]
    [InlineData("/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=-1")]
    [InlineData("/x/%?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=9&X-Amz-Credential=sandbox/20261129/x/s3/aws4_request&X-Amz-SignedHeaders=host&X-Amz-Signature=1&X-Amz-Date=%zz")]
    public async Task Presigned_address_of_any_shape_is_refused(string target)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using HttpResponseMessage response = await caller.Http.GetAsync(target);
        Assert.InRange((int)response.StatusCode, 400, 499);
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("5;chunk-signature=0\r\nhello\r\n0\r\n\r\n")]
    [InlineData("7fffffff\r\n")]
    [InlineData("")]
    public async Task Chunked_body_of_any_shape_is_refused_and_stores_nothing(string body)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        foreach (string payload in new[] { "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" })
        {
            HttpRequestMessage request = SignedPut(caller, payload, body);
            using HttpResponseMessage response = await caller.Http.SendAsync(request);
            Assert.InRange((int)response.StatusCode, 400, 499);
        }

        using Amazon.S3.AmazonS3Client s3 = caller.S3();
        await Assert.ThrowsAsync<Amazon.S3.Model.NoSuchKeyException>(() => s3.GetObjectAsync("sandbox", "chunked"));
    }

    /// <summary>A put whose headers are signed well, by the same arithmetic the vectors have proved.</summary>
    private static HttpRequestMessage SignedPut(AwsCaller caller, string payload, string body)
    {
        string at = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", null);
        var signature = new Signature("sandbox", at[..8], "us-east-1", "s3", ["host", "x-amz-content-sha256", "x-amz-date", "x-amz-decoded-content-length"], "") { At = at };
        Uri uri = caller.Sandbox.Server.BaseUri;
        string canonical = $"PUT\n/sandbox/chunked\n\nhost:{uri.Authority}\nx-amz-content-sha256:{payload}\nx-amz-date:{at}\nx-amz-decoded-content-length:9\n\n{string.Join(';', signature.SignedHeaders)}\n{payload}";
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        string value = new SigningKey("sandbox", signature).Sign($"AWS4-HMAC-SHA256\n{at}\n{signature.Scope}\n{hash}");
        var request = new HttpRequestMessage(HttpMethod.Put, "/sandbox/chunked") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Headers.Add("x-amz-content-sha256", payload);
        request.Headers.Add("x-amz-date", at);
        request.Headers.Add("x-amz-decoded-content-length", "9");
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=sandbox/{signature.Scope}, SignedHeaders={string.Join(';', signature.SignedHeaders)}, Signature={value}");
        return request;
    }
}
