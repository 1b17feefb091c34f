using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.EventStreams;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.S3;
using Leeway.Sandbox;
using Leeway.Sandbox.Aws;

namespace Leeway.Tests.Sandbox.Aws;

/// <summary>A sandbox spoken to in AWS's APIs, every call signed by AWS's own signer.</summary>
internal sealed class AwsCaller : IAsyncDisposable
{
    private AwsCaller(SandboxClient sandbox) => Sandbox = sandbox;

    public SandboxClient Sandbox { get; }

    public string Secret { get; init; } = "sandbox";

    public string Key { get; init; } = "sandbox";

    public string Region { get; init; } = "eu-west-1";

    public HttpClient Http => Sandbox.Http;

    public static async Task<AwsCaller> StartAsync(SandboxOptions? options = null)
    {
        SandboxClient sandbox = await SandboxClient.StartAsync(options ?? new SandboxOptions { Law = "instant", Aws = new AwsOptions { MinJobRecords = 1 } });
        sandbox.Http.DefaultRequestHeaders.Authorization = null;
        return new AwsCaller(sandbox);
    }

    /// <summary>The same sandbox called by somebody else.</summary>
    public AwsCaller As(string key, string secret, string region = "eu-west-1") => new(Sandbox) { Key = key, Secret = secret, Region = region };

    public AmazonS3Client S3() => new(Key, Secret, new AmazonS3Config
    {
        ServiceURL = Sandbox.Server.BaseUri.ToString(),
        ForcePathStyle = true,
        AuthenticationRegion = Region,
        MaxErrorRetry = 0,
    });

    /// <param name="path">With its segments as they are to be told, encoded here as AWS's clients do.</param>
    /// <param name="at">When it is signed; null is now.</param>
    public HttpRequestMessage Sign(string service, HttpMethod method, string path, string? body = null, DateTime? at = null, params (string Name, string Value)[] headers)
    {
        string[] parts = path.Split('?', 2);
        var request = new DefaultRequest(new PlainRequest(), "Amazon." + service)
        {
            HttpMethod = method.Method,
            Endpoint = Sandbox.Server.BaseUri,
            Content = body is null ? null : Encoding.UTF8.GetBytes(body),
            OverrideSigningServiceName = service,
            DeterminedSigningRegion = Region,
            UseQueryString = parts.Length == 2,
        };
        string[] segments = parts[0].TrimStart('/').Split('/');
        request.ResourcePath = string.Concat(segments.Select((_, index) => $"/{{s{index}}}"));
        foreach ((int index, string segment) in segments.Index())
        {
            request.AddPathResource($"{{s{index}}}", segment.Replace("%2F", "/", StringComparison.Ordinal));
        }

        foreach (string[] pair in parts.Skip(1).SelectMany(query => query.Split('&')).Select(pair => pair.Split('=', 2)))
        {
            request.Parameters[pair[0]] = Uri.UnescapeDataString(pair[1]);
        }

        var config = new AmazonS3Config { ServiceURL = Sandbox.Server.BaseUri.ToString(), AuthenticationRegion = Region };
        AWS4SigningResult result = new AWS4Signer().SignRequest(request, config, null, Key, Secret, at ?? DateTime.UtcNow);
        var message = new HttpRequestMessage(method, AmazonServiceClient.ComposeUrl(request));
        if (body is not null)
        {
            message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach ((string name, string value) in request.Headers.Where(header => header.Key != "Host").Select(header => (header.Key, header.Value)).Concat(headers))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.TryAddWithoutValidation("Authorization", result.ForAuthorizationHeader);
        return message;
    }

    public Task<HttpResponseMessage> SendAsync(string service, string path, string? body, params (string Name, string Value)[] headers) =>
        Http.SendAsync(Sign(service, body is null ? HttpMethod.Get : HttpMethod.Post, path, body, null, headers));

    public async Task<JsonElement> PostAsync(string service, string path, string body)
    {
        using HttpResponseMessage response = await SendAsync(service, path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return SandboxClient.Parse(text);
    }

    public async Task<JsonElement> GetAsync(string service, string path)
    {
        using HttpResponseMessage response = await SendAsync(service, path, null);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return SandboxClient.Parse(text);
    }

    /// <summary>Status, <c>x-amzn-ErrorType</c> and message of a call that has to fail.</summary>
    public static async Task<(int Status, string? Type, string Message)> ErrorAsync(Task<HttpResponseMessage> call)
    {
        using HttpResponseMessage response = await call;
        string text = await response.Content.ReadAsStringAsync();
        Assert.False(response.IsSuccessStatusCode, text);
        Assert.Null(response.Headers.RetryAfter);
        Assert.NotEmpty(response.Headers.GetValues("x-amzn-RequestId"));
        JsonElement body = SandboxClient.Parse(text);
        return ((int)response.StatusCode, response.Headers.GetValues("x-amzn-ErrorType").Single(),
            (body.TryGetProperty("message", out JsonElement message) ? message : body.GetProperty("Message")).GetString()!);
    }

    /// <summary>The messages of an event stream, decoded by AWS's own library, which checks both checksums of each.</summary>
    public static async Task<List<(string Kind, string Name, byte[] Payload)>> EventsAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/vnd.amazon.eventstream", response.Content.Headers.ContentType?.MediaType);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        List<(string, string, byte[])> events = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            EventStreamMessage message = EventStreamMessage.FromBuffer(bytes[at..(at + length)], 0, length);
            string kind = message.Headers[":message-type"].AsString();
            events.Add((kind, message.Headers[kind == "exception" ? ":exception-type" : ":event-type"].AsString(), message.Payload));
            at += length;
        }

        return events;
    }

    public static string Converse(string prompt, string more = "") =>
        $$$"""{"system":[{"text":"Be short."}],"messages":[{"role":"user","content":[{"text":{{{JsonSerializer.Serialize(prompt)}}}}]}]{{{more}}}}""";

    public static string Claude(string prompt, string more = "") =>
        $$"""{"anthropic_version":"bedrock-2023-05-31","max_tokens":1000,"system":"Be short.","messages":[{"role":"user","content":{{JsonSerializer.Serialize(prompt)}}}]{{more}}}""";

    public static string Digest(string prompt) => "digest:" + PromptDigest.OfChat(SandboxClient.Parse(SandboxClient.ChatBody(prompt)));

    public static string TextOf(JsonElement answer) => answer.GetProperty("output").GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!;

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();

    private sealed class PlainRequest : AmazonWebServiceRequest;
}
