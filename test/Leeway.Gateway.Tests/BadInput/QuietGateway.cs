using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>A gateway that is only ever sent bad input, so that its queue, its ledger and its provider's books stay empty.</summary>
public sealed class QuietGateway : IAsyncLifetime
{
    private TestGateway? _gateway;
    private Traces _before;

    internal TestGateway Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync("""
        models:
          gpt-4o-mini: { deployments: [ { provider: openai } ] }
          mystery: { deployments: [ { provider: openai, model: mystery-model-1 } ] }
        hold: { max: 2s, heartbeat: 1s }
        """);

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();

    internal Task<HttpResponseMessage> PostAsync(string body, params (string, string)[] headers) =>
        Gateway.PostAsync("/v1/chat/completions", body, headers);

    /// <summary>Sends anything.</summary>
    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body = null, string? contentType = "application/json", bool admin = false)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
        }

        return await (admin ? Gateway.Admin : Gateway.Http).SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// Checks a refusal: its status and code, that it is written in the dialect of its path, that its text holds all of <paramref name="said"/>
    /// and that nothing was kept, paid or sent on.
    /// </summary>
    internal async Task AssertRefusedAsync(HttpResponseMessage answer, int status, string code, string? field, params string[] said)
    {
        using (answer)
        {
            string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} instead of {status}: {text}");
            Refusal refusal = Refusal.Read(answer, text);
            Assert.True(code == refusal.Code, $"{refusal.Code} instead of {code}: {text}");
            Assert.Equal(field, refusal.Field);
            Assert.InRange(refusal.Message.Length, 10, 700);
            Assert.All(said, part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
        }

        await AssertUntouchedAsync();
    }

    /// <summary>
    /// Checks that queue, batches, ledger, webhooks and the provider's books are as they were: empty, or as an earlier failure of this
    /// check left them, so that one failure does not become many.
    /// </summary>
    internal async Task AssertUntouchedAsync()
    {
        SandboxLedgerSnapshot books = await Gateway.Sandbox.ReadLedgerAsync(cancellationToken: TestContext.Current.CancellationToken);
        var now = new Traces(
            (await AskAsync(Gateway.Admin, "/admin/queue")).GetProperty("open").GetInt32(),
            (await AskAsync(Gateway.Http, "/leeway/requests?limit=1000")).GetProperty("data").GetArrayLength(),
            (await AskAsync(Gateway.Admin, "/admin/batches?limit=1000")).GetProperty("data").GetArrayLength(),
            (await AskAsync(Gateway.Admin, "/admin/webhooks")).GetProperty("data").GetArrayLength(),
            (await AskAsync(Gateway.Admin, "/admin/cost")).GetProperty("data").EnumerateArray().Sum(row => row.GetProperty("entries").GetInt64()),
            books.Requests);
        (Traces before, _before) = (_before, now);
        Assert.Equal(before, now);
    }

    private static async Task<JsonElement> AskAsync(HttpClient client, string path)
    {
        string text = await client.GetStringAsync(path, TestContext.Current.CancellationToken);
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private readonly record struct Traces(int Open, int Requests, int Batches, int Webhooks, long Entries, long ProviderCalls);
}
