using System.Text;
using Leeway.Adapters.Aws;
using Leeway.Adapters.Wire.Calls;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Adapters.Aws;

/// <summary>Signatures against the values that AWS publishes: its test suite, and the examples of its IAM and S3 documentation.</summary>
public sealed class SignatureTests
{
    private const string Date = "20150830T123600Z";

    private static readonly AwsCredential s_suite = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null);

    private static readonly AwsCredential s_s3 = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null);

    private static readonly DateTimeOffset s_instant = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    public static TheoryData<string, string, string, string, string, string, string> Suite { get; } = new()
    {
        { "get-vanilla", "GET", "/", "", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
        { "get-vanilla-empty-query-key", "GET", "/", "Param1=value1", "", "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb" },
        { "get-vanilla-query-order-key-case", "GET", "/", "Param2=value2&Param1=value1", "", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500" },
        { "get-utf8", "GET", "/ሴ", "", "", "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85" },
        { "get-unreserved", "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", "", "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f" },
        { "get-space", "GET", "/example space/", "", "", "", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741" },
        { "get-header-value-trim", "GET", "/", "", "My-Header1: value1 |My-Header2: \"a   b   c\"", "", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736" },
        { "post-vanilla", "POST", "/", "", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
        { "post-header-key-sort", "POST", "/", "", "My-Header1:value1", "", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c" },
        { "post-x-www-form-urlencoded", "POST", "/", "", "Content-Type:application/x-www-form-urlencoded", "Param1=value1", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a" },
    };

    [Theory]
    [MemberData(nameof(Suite))]
    public void The_suite_s_requests_have_the_published_signatures(string name, string method, string path, string query, string headers, string body, string signature)
    {
        _ = name;
        List<KeyValuePair<string, string>> signed = [new("Host", "example.amazonaws.com"), new("X-Amz-Date", Date)];
        signed.AddRange(headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static header => KeyValuePair.Create(header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..])));

        CanonicalRequest text = CanonicalRequest.Create(method, path, query, signed, Signature.Hash(Encoding.UTF8.GetBytes(body)));

        Assert.Equal(signature, Signature.Sign(text, s_suite, new SigningScope(s_instant, "us-east-1", "service")));
    }

    [Fact]
    public void The_key_of_the_documentation_is_derived_byte_for_byte() => Assert.Equal(
        "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9",
        Convert.ToHexStringLower(Signature.KeyOf(s_suite, new SigningScope(s_instant, "us-east-1", "iam"))));

    [Fact]
    public void The_iam_example_has_the_published_text_hash_and_header()
    {
        var text = CanonicalRequest.Create(
            "GET",
            "/",
            "Action=ListUsers&Version=2010-05-08",
            [new("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), new("Host", "iam.amazonaws.com"), new("X-Amz-Date", Date)],
            Signature.EmptyHash);

        Assert.Equal("f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59", Signature.Hash(Encoding.UTF8.GetBytes(text.Text)));
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            Signature.Authorize(text, s_suite, new SigningScope(s_instant, "us-east-1", "iam")));
    }

    [Theory]
    [InlineData("GET", "/test.txt", "", "Range:bytes=0-9", "", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData("PUT", "/test$file.text", "", "Date:Fri, 24 May 2013 00:00:00 GMT|x-amz-storage-class:REDUCED_REDUNDANCY", "Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")]
    [InlineData("GET", "/", "lifecycle", "", "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("GET", "/", "max-keys=2&prefix=J", "", "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void The_s3_examples_have_the_published_signatures(string method, string path, string query, string headers, string body, string signature)
    {
        string hash = Signature.Hash(Encoding.UTF8.GetBytes(body));
        List<KeyValuePair<string, string>> signed = [new("host", "examplebucket.s3.amazonaws.com"), new("x-amz-content-sha256", hash), new("x-amz-date", "20130524T000000Z")];
        signed.AddRange(headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static header => KeyValuePair.Create(header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..])));

        CanonicalRequest text = CanonicalRequest.Create(method, path, query, signed, hash);

        Assert.Equal(signature, Signature.Sign(text, s_s3, new SigningScope(new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero), "us-east-1", "s3")));
    }

    [Fact]
    public async Task A_colon_in_a_model_s_name_is_encoded_once_on_the_wire_and_twice_in_what_is_signed()
    {
        var clock = new FakeTimeProvider(s_instant);
        var source = new AwsCredentialSource(new CloudCredentials { AccessKey = " AKIDEXAMPLE\n", SecretKey = s_suite.SecretKey, SessionToken = "temporary" }, "aws");
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://bedrock-runtime.us-east-1.amazonaws.com/model/a.b-v1%3A0/converse") { Content = new ByteArrayContent("{}"u8.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var authorizer = new SignatureAuthorizer(source, "us-east-1", "bedrock", clock);

        await authorizer.AuthorizeAsync(request, TestContext.Current.CancellationToken);
        await authorizer.AuthorizeAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("/model/a.b-v1%3A0/converse", request.RequestUri!.PathAndQuery);
        var expected = CanonicalRequest.Create(
            "POST",
            "/model/a.b-v1%3A0/converse",
            "",
            [new("host", "bedrock-runtime.us-east-1.amazonaws.com"), new("x-amz-date", Date), new("x-amz-security-token", "temporary"), new("content-type", "application/json")],
            Signature.Hash("{}"u8));
        Assert.StartsWith("POST\n/model/a.b-v1%253A0/converse\n\ncontent-type:application/json\nhost:bedrock-runtime.us-east-1.amazonaws.com\n", expected.Text, StringComparison.Ordinal);
        Assert.Equal(
            Signature.Authorize(expected, s_suite, new SigningScope(s_instant, "us-east-1", "bedrock")),
            Assert.Single(request.Headers.NonValidated["Authorization"]));
        Assert.Equal(["temporary"], request.Headers.NonValidated["x-amz-security-token"]);
        Assert.Equal([Date], request.Headers.NonValidated["x-amz-date"]);
    }

    [Fact]
    public async Task Without_configured_keys_the_chain_is_asked_each_time_and_its_absence_is_said_with_a_remedy()
    {
        int asked = 0;
        var chain = new AwsCredentialSource(new CloudCredentials(), "aws", () => new Rotating(() => ++asked));

        Assert.Equal("key1", (await chain.GetAsync(TestContext.Current.CancellationToken)).AccessKey);
        Assert.Equal("key2", (await chain.GetAsync(TestContext.Current.CancellationToken)).AccessKey);

        var none = new AwsCredentialSource(new CloudCredentials(), "aws", static () => throw new Amazon.Runtime.AmazonClientException("nothing found"));
        ProviderException e = await Assert.ThrowsAsync<ProviderException>(async () => await none.GetAsync(TestContext.Current.CancellationToken));
        Assert.Equal(ProviderErrorKind.AuthenticationFailed, e.Error.Kind);
        Assert.Contains("providers.aws.credentials.access_key", e.Error.Message, StringComparison.Ordinal);
    }

    private sealed class Rotating(Func<int> next) : Amazon.Runtime.AWSCredentials
    {
        public override Amazon.Runtime.ImmutableCredentials GetCredentials() => new($"key{next()}", "secret", null);
    }
}
