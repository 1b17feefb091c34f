using System.Globalization;
using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>A gateway over one vendor's sandbox. The sandbox's clock is the test's to move; the gateway's runs.</summary>
internal sealed class TrapBench : IAsyncDisposable
{
    private TrapBench(Vendor vendor, FakeTimeProvider time, SandboxServer sandbox, TestGateway gateway) =>
        (Vendor, Time, Sandbox, Gateway) = (vendor, time, sandbox, gateway);

    public Vendor Vendor { get; }

    /// <summary>The vendor's time.</summary>
    public FakeTimeProvider Time { get; }

    public SandboxServer Sandbox { get; }

    public TestGateway Gateway { get; }

    public FaultSet Faults => Sandbox.Faults;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>As many requests as the vendor takes in a batch, and not fewer than asked for.</summary>
    public int Enough(int count) => Math.Max(Vendor.Capabilities.MinBatchRequests, count);

    /// <param name="kind">Of the vendor.</param>
    /// <param name="turnaround">From a create to the batch's end at the vendor; null is at once.</param>
    /// <param name="options">Further settings of the sandbox.</param>
    /// <param name="settings">Further settings of the provider, as members of a flow mapping; each begins with a comma.</param>
    /// <param name="models">Further models, as lines of <c>models</c>.</param>
    /// <param name="lanes">Edits the lanes' settings.</param>
    /// <param name="timeScale">How fast the gateway's clock runs.</param>
    public static async Task<TrapBench> StartAsync(
        string kind, TimeSpan? turnaround = null, Func<SandboxOptions, SandboxOptions>? options = null, string settings = "", string models = "", Func<string, string>? lanes = null, double timeScale = 1)
    {
        Vendor vendor = TrapVendors.Of(kind);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var common = new SandboxOptions { Law = "instant", Kind = vendor.Sandbox, Turnaround = turnaround };
        SandboxServer sandbox = await SandboxServer.StartAsync(options is null ? common : options(common), time, Token);
        await vendor.PrepareAsync(sandbox.BaseUri);
        string eager = TestGateway.Eager.Replace("poll:", "turnaround: 1s, poll:", StringComparison.Ordinal).Replace("age: 50ms", "age: 10m", StringComparison.Ordinal);
        TestGateway gateway = await TestGateway.StartAsync(
            $$"""
            providers:
              vendor: { kind: {{vendor.Kind}}, {{vendor.Settings(sandbox.BaseUri)}}, timeouts: { idle: 5s }, retries: { max: 2, backoff: { initial: 1ms, max: 1s } }{{settings}} }
            models:
              model: { deployments: [ { provider: vendor, model: "{{vendor.Model}}"{{InBatches(vendor.BatchModel)}} } ] }
              unknown: { deployments: [ { provider: vendor, model: "no-such-model"{{InBatches(vendor.BatchModel is null ? null : "no-such-model")}} } ], price: { input: "1", output: "1" } }
            {{models}}
            """ + "\n" + (lanes is null ? eager : lanes(eager)),
            runningSandbox: sandbox,
            timeScale: timeScale);
        return new TrapBench(vendor, time, sandbox, gateway);
    }

    public static string InBatches(string? model) => model is null ? "" : $", batch_model: \"{model}\"";

    public static string Chat(string prompt, string more = "", string model = "model") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":{{JsonSerializer.Serialize(prompt)}}}]{{more}}}""";

    /// <summary>What the answer to a chat body has to begin with.</summary>
    public static string Mark(string body) => "digest:" + PromptDigest.OfChat(JsonDocument.Parse(body).RootElement);

    /// <summary>Hands in bodies that can wait, and seals them together.</summary>
    /// <returns>Their ids, in order.</returns>
    public async Task<string[]> QueueAsync(IEnumerable<string> bodies, string deadline = "6h", string path = "/v1/chat/completions")
    {
        string[] ids = await Task.WhenAll(bodies.Select(async body =>
        {
            using HttpResponseMessage answer = await Gateway.PostAsync(path, body, ("Leeway-Deadline", deadline), ("Prefer", "respond-async"));
            string text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True((int)answer.StatusCode == 202, $"{(int)answer.StatusCode} {text}");
            return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
        }));
        await SealAsync();
        return ids;
    }

    /// <summary>Seals what is queued, also what a batch has given back.</summary>
    public async Task SealAsync() => (await Gateway.Admin.PostAsync("/admin/seal", null, Token)).EnsureSuccessStatusCode();

    /// <summary>Hands in a number of prompts.</summary>
    public Task<string[]> QueueAsync(string prefix, int count, string more = "", string deadline = "6h") =>
        QueueAsync(Enumerable.Range(0, count).Select(i => Chat($"{prefix} {i}", more)), deadline);

    public async Task<JsonElement> EndAsync(string id)
    {
        JsonElement shown = default;
        await Prompts.EventuallyAsync(
            async () =>
            {
                await SealAsync();
                shown = await Gateway.ShowAsync(id);
                return Word(shown, "state") is "succeeded" or "failed" or "expired" or "cancelled";
            },
            $"{id} has ended");
        return shown;
    }

    /// <summary>The request objects once all have ended.</summary>
    public async Task<JsonElement[]> EndAsync(IEnumerable<string> ids)
    {
        var all = new List<JsonElement>();
        foreach (string id in ids)
        {
            all.Add(await EndAsync(id));
        }

        return [.. all];
    }

    /// <summary>Our batches, the newest first.</summary>
    public async Task<JsonElement[]> BatchesAsync() =>
        [.. JsonDocument.Parse(await Gateway.Admin.GetStringAsync("/admin/batches?limit=100", Token)).RootElement.GetProperty("data").EnumerateArray()];

    /// <summary>The newest batch once it is as wanted.</summary>
    public async Task<JsonElement> BatchWhenAsync(Func<JsonElement, bool> wanted, string what)
    {
        JsonElement found = default;
        await Prompts.EventuallyAsync(async () => await BatchesAsync() is [var newest, ..] && wanted(found = newest), what);
        return found;
    }

    /// <summary>The newest batch once it is in one of the states.</summary>
    public Task<JsonElement> BatchInAsync(params string[] states) => BatchWhenAsync(batch => states.Contains(Word(batch, "state")), $"the batch is {string.Join(" or ", states)}");

    public static string? Word(JsonElement json, string name) => json.GetProperty(name).GetString();

    public static int? Count(JsonElement batch, string name) => batch.GetProperty(name) is { ValueKind: JsonValueKind.Number } count ? count.GetInt32() : null;

    /// <summary>The text of a request's answer.</summary>
    public static string TextOf(JsonElement request) =>
        request.GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString() ?? "";

    /// <summary>Asserts that each request was answered with its own prompt's digest.</summary>
    public static void AssertOwn(IEnumerable<string> bodies, IEnumerable<JsonElement> requests) => Assert.All(bodies.Zip(requests), pair =>
    {
        Assert.True(Word(pair.Second, "state") == "succeeded", pair.Second.GetRawText());
        Assert.StartsWith(Mark(pair.First), TextOf(pair.Second), StringComparison.Ordinal);
    });

    public Task<SandboxLedgerSnapshot> BillAsync() => Sandbox.ReadLedgerAsync(cancellationToken: Token);

    /// <summary>What our own ledger says, in USD.</summary>
    public async Task<(decimal? Cost, decimal? List, int Entries)> CostAsync()
    {
        JsonElement row = JsonDocument.Parse(await Gateway.Admin.GetStringAsync("/admin/cost", Token)).RootElement.GetProperty("data").EnumerateArray().SingleOrDefault();
        return row.ValueKind == JsonValueKind.Undefined ? (0, 0, 0) : (Money(row, "cost_usd"), Money(row, "list_cost_usd"), row.GetProperty("entries").GetInt32());
    }

    private static decimal? Money(JsonElement row, string name) => row.GetProperty(name).GetString() is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
