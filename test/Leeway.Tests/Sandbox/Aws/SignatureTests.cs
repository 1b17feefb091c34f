using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Leeway.Sandbox;
using Leeway.Sandbox.Aws;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Sandbox.Aws;

public sealed class SignatureTests
{
    private const string Nova = "/model/amazon.nova-micro-v1:0/converse";
    private const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // AWS's test suite for Signature Version 4, and the examples of S3's documentation (path style where they have it).
    [Theory]
    [InlineData("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public async Task Vectors_of_the_test_suite_are_good_and_a_turned_digit_is_not(string method, string target, string signature)
    {
        await using AwsCaller caller = await SuiteAsync();

        Assert.Equal((404, "UnknownOperationException"), await SendAsync(signature));
        Assert.Equal((403, "InvalidSignatureException"), await SendAsync(signature[..^1] + (signature[^1] == '0' ? '1' : '0')));

        async Task<(int, string?)> SendAsync(string value)
        {
            var request = new HttpRequestMessage(new HttpMethod(method), target);
            request.Headers.Host = "example.amazonaws.com";
            request.Headers.Add("X-Amz-Date", "20150830T123600Z");
            request.Headers.TryAddWithoutValidation("Authorization",
                $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={value}");
            (int status, string? type, _) = await AwsCaller.ErrorAsync(caller.Http.SendAsync(request));
            return (status, type);
        }
    }

    [Theory]
    [InlineData("/test.txt", "bytes=0-9", "host;range;x-amz-content-sha256;x-amz-date", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData("/?lifecycle", null, "host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("/?max-keys=2&prefix=J", null, "host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public async Task Examples_of_S3s_documentation_are_good(string target, string? range, string headers, string signature)
    {
        await using AwsCaller caller = await S3ExamplesAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.Host = "examplebucket.s3.amazonaws.com";
        request.Headers.Add("x-amz-date", "20130524T000000Z");
        request.Headers.Add("x-amz-content-sha256", Empty);
        if (range is not null)
        {
            request.Headers.Add("Range", range);
        }

        request.Headers.TryAddWithoutValidation("Authorization", S3Authorization(headers, signature));
        using HttpResponseMessage response = await caller.Http.SendAsync(request);
        Assert.NotEqual(403, (int)response.StatusCode);
    }

    [Fact]
    public async Task Chunked_example_of_S3s_documentation_is_stored_and_a_turned_byte_is_refused()
    {
        await using AwsCaller caller = await S3ExamplesAsync();
        Assert.Equal(200, await PutAsync('a'));
        Assert.Equal(403, await PutAsync('b'));

        async Task<int> PutAsync(char last)
        {
            string body = $"10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n{new string('a', 65536)}\r\n"
                + $"400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n{new string('a', 1023)}{last}\r\n"
                + "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
            var request = new HttpRequestMessage(HttpMethod.Put, "/examplebucket/chunkObject.txt") { Content = new ByteArrayContent(Encoding.ASCII.GetBytes(body)) };
            request.Content.Headers.ContentEncoding.Add("aws-chunked");
            request.Headers.Host = "s3.amazonaws.com";
            request.Headers.Add("x-amz-date", "20130524T000000Z");
            request.Headers.Add("x-amz-storage-class", "REDUCED_REDUNDANCY");
            request.Headers.Add("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
            request.Headers.Add("x-amz-decoded-content-length", "66560");
            request.Headers.TryAddWithoutValidation("Authorization", S3Authorization(
                "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
                "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"));
            using HttpResponseMessage response = await caller.Http.SendAsync(request);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Presigned_example_of_S3s_documentation_is_good_until_it_expires()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));
        await using AwsCaller caller = await S3ExamplesAsync(clock);
        Assert.Equal(404, await GetAsync());
        clock.Advance(TimeSpan.FromSeconds(86_401));
        Assert.Equal(403, await GetAsync());

        async Task<int> GetAsync()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
            request.Headers.Host = "examplebucket.s3.amazonaws.com";
            using HttpResponseMessage response = await caller.Http.SendAsync(request);
            return (int)response.StatusCode;
        }
    }

    [Theory]
    [InlineData("us-east-1")]
    [InlineData("ap-southeast-2")]
    public async Task Any_region_is_good(string region)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using HttpResponseMessage response = await caller.As("sandbox", "sandbox", region).SendAsync("bedrock", Nova, AwsCaller.Converse("x"));
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Wrong_secrets_keys_services_and_bodies_are_refused_each_by_its_exception()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        Assert.Equal((403, "InvalidSignatureException"), await RefusalAsync(caller.As("sandbox", "other").Sign("bedrock", HttpMethod.Post, Nova, AwsCaller.Converse("x"))));
        Assert.Equal((403, "UnrecognizedClientException"), await RefusalAsync(caller.As("other", "sandbox").Sign("bedrock", HttpMethod.Post, Nova, AwsCaller.Converse("x"))));
        Assert.Equal((403, "InvalidSignatureException"), await RefusalAsync(caller.Sign("bedrock-runtime", HttpMethod.Post, Nova, AwsCaller.Converse("x"))));

        HttpRequestMessage tampered = caller.Sign("bedrock", HttpMethod.Post, Nova, AwsCaller.Converse("x"));
        tampered.Content = new StringContent(AwsCaller.Converse("y"), Encoding.UTF8, "application/json");
        Assert.Equal((403, "InvalidSignatureException"), await RefusalAsync(tampered));

        HttpRequestMessage moved = caller.Sign("bedrock", HttpMethod.Post, Nova, AwsCaller.Converse("x"));
        moved.RequestUri = new Uri(moved.RequestUri!.ToString().Replace("micro", "lite", StringComparison.Ordinal));
        Assert.Equal((403, "InvalidSignatureException"), await RefusalAsync(moved));

        HttpRequestMessage malformed = caller.Sign("bedrock", HttpMethod.Post, Nova, AwsCaller.Converse("x"));
        malformed.Headers.Remove("Authorization");
        malformed.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=sandbox");
        Assert.Equal((403, "IncompleteSignatureException"), await RefusalAsync(malformed));

        Assert.Equal((403, "MissingAuthenticationTokenException"), await RefusalAsync(new HttpRequestMessage(HttpMethod.Post, Nova) { Content = new StringContent("{}") }));
        Assert.Equal(0, (await caller.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);

        async Task<(int, string?)> RefusalAsync(HttpRequestMessage request)
        {
            (int status, string? type, _) = await AwsCaller.ErrorAsync(caller.Http.SendAsync(request));
            return (status, type);
        }
    }

    [Theory]
    [InlineData(-6, "Signature expired")]
    [InlineData(6, "Signature not yet current")]
    public async Task Clock_skewed_by_more_than_five_minutes_is_refused_whatever_the_sandboxs_own_clock(int minutes, string message)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using AwsCaller caller = await AwsCaller.StartAsync(new SandboxOptions { Law = "instant", Aws = new AwsOptions { SigningClock = clock } });
        DateTime now = clock.GetUtcNow().UtcDateTime;
        using HttpResponseMessage near = await caller.Http.SendAsync(caller.Sign("bedrock", HttpMethod.Post, Nova, AwsCaller.Converse("x"), now.AddMinutes(minutes * 0.8)));
        Assert.Equal(200, (int)near.StatusCode);

        (int status, string? type, string said) = await AwsCaller.ErrorAsync(
            caller.Http.SendAsync(caller.Sign("bedrock", HttpMethod.Post, Nova, AwsCaller.Converse("x"), now.AddMinutes(minutes))));
        Assert.Equal((403, "InvalidSignatureException"), (status, type));
        Assert.StartsWith(message, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_date_is_refused()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        HttpRequestMessage request = caller.Sign("bedrock", HttpMethod.Post, Nova, AwsCaller.Converse("x"));
        request.Headers.Remove("X-Amz-Date");
        Assert.Equal("IncompleteSignatureException", (await AwsCaller.ErrorAsync(caller.Http.SendAsync(request))).Type);
    }

    [Fact]
    public async Task Bearer_key_is_good_at_Bedrock_and_nowhere_else()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        caller.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "any-key");
        using HttpResponseMessage bedrock = await caller.Http.PostAsync(Nova, new StringContent(AwsCaller.Converse("x")));
        Assert.Equal(200, (int)bedrock.StatusCode);
        Assert.Equal("MissingAuthenticationTokenException", (await AwsCaller.ErrorAsync(caller.Http.PostAsync("/endpoints/e/invocations", new StringContent("{}")))).Type);
    }

    private static Task<AwsCaller> SuiteAsync() => StartAsync("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", new FakeTimeProvider(At("20150830T123600Z")));

    private static Task<AwsCaller> S3ExamplesAsync(FakeTimeProvider? clock = null) =>
        StartAsync("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", clock ?? new FakeTimeProvider(At("20130524T000000Z")));

    private static Task<AwsCaller> StartAsync(string key, string secret, TimeProvider clock) => AwsCaller.StartAsync(new SandboxOptions
    {
        Law = "instant",
        Aws = new AwsOptions { AccessKey = key, SecretKey = secret, SigningClock = clock, Buckets = ["examplebucket"] },
    });

    private static string S3Authorization(string headers, string signature) =>
        $"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={headers},Signature={signature}";

    private static DateTimeOffset At(string text) => DateTimeOffset.ParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
