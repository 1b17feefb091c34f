using Leeway.Adapters.Aws;

namespace Leeway.Tests.Adapters.Bedrock;

/// <summary>What the tests of Bedrock share.</summary>
internal static class BedrockBench
{
    public const string Nova = "us.amazon.nova-lite-v1:0";
    public const string Claude = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";

    public const string EventStream = "application/vnd.amazon.eventstream";

    public static readonly CloudCredentials Keys = new() { AccessKey = "AKIDEXAMPLE", SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

    public static async Task<AdapterBench> StartAsync(string model = Nova)
    {
        AdapterBench bench = await AdapterBench.StartAsync("bedrock");
        bench.Deployment = bench.Deployment with
        {
            Id = "aws/" + model,
            Provider = "aws",
            Model = model,
            BaseUrl = new Uri(bench.Server.BaseUrl, "/"),
            ApiKey = null,
            Cloud = new CloudSettings { Region = "eu-central-1", Credentials = Keys },
        };
        return bench;
    }

    public static AdapterBench ThenStream(this AdapterBench bench, params byte[][] messages)
    {
        bench.Server.Then(async context =>
        {
            context.Response.ContentType = EventStream;
            foreach (byte[] message in messages)
            {
                await context.Response.Body.WriteAsync(message);
                await context.Response.Body.FlushAsync();
            }
        });
        return bench;
    }

    /// <summary>The authorization that a request as received has to carry.</summary>
    public static string Authorization(ReceivedRequest request, string service, string region = "eu-central-1")
    {
        string[] line = request.Line.Split(' ', 2);
        string[] target = line[1].Split('?', 2);
        var at = DateTimeOffset.ParseExact(request.Headers["x-amz-date"], "yyyyMMdd'T'HHmmss'Z'", null, System.Globalization.DateTimeStyles.AssumeUniversal);
        List<KeyValuePair<string, string>> headers = [new("host", request.Headers["Host"]), new("x-amz-date", request.Headers["x-amz-date"])];
        if (request.Headers.TryGetValue("Content-Type", out string? type))
        {
            headers.Add(new("content-type", type));
        }

        var text = CanonicalRequest.Create(line[0], target[0], target.Length > 1 ? target[1] : "", headers, Signature.Hash(request.Body));
        return Signature.Authorize(text, new AwsCredential(Keys.AccessKey!, Keys.SecretKey!, null), new SigningScope(at, region, service));
    }
}
