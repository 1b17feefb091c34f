using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>What the cases of every capability share. A case is a test method of an abstract class; a vendor applies it by deriving.</summary>
public abstract class Conformance<TVendor>(VendorGateway<TVendor> bench) : IClassFixture<VendorGateway<TVendor>>, IDisposable
    where TVendor : Vendor, new()
{
    private protected VendorGateway<TVendor> Bench { get; } = bench;

    private protected Vendor Vendor => Bench.Vendor;

    private protected ProviderCapabilities Capabilities => Bench.Vendor.Capabilities;

    private protected FaultSet Faults => Bench.Faults;

    public void Dispose()
    {
        Faults.Clear();
        GC.SuppressFinalize(this);
    }

    private protected static string Chat(string prompt, string more = "", string model = "model") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":{{JsonSerializer.Serialize(prompt)}}}]{{more}}}""";

    /// <summary>What the sandbox's answer to a chat body has to begin with.</summary>
    private protected static string Mark(string body) => "digest:" + PromptDigest.OfChat(JsonDocument.Parse(body).RootElement);

    private protected Task<HttpResponseMessage> PostAsync(string path, string body, params (string Name, string Value)[] headers) => Bench.Gateway.PostAsync(path, body, headers);

    /// <summary>The JSON of an answer that has to be a success.</summary>
    private protected static async Task<JsonElement> OkAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private protected async Task<JsonElement> CompleteAsync(string body, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage answer = await PostAsync("/v1/chat/completions", body, headers);
        return await OkAsync(answer);
    }

    private protected static string TextOf(JsonElement completion) => completion.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString() ?? "";

    private protected async Task<IReadOnlyList<SseEvent>> StreamAsync(string path, string body)
    {
        using HttpResponseMessage answer = await PostAsync(path, body);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("text/event-stream", answer.Content.Headers.ContentType?.ToString(), StringComparison.Ordinal);
        return await SseText.ReadAsync(answer);
    }

    private protected static async Task AssertErrorAsync(HttpResponseMessage answer)
    {
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("error");
        Assert.NotEqual("", error.GetProperty("message").GetString());
    }

    /// <summary>Asks so many questions that can wait, all at once.</summary>
    private protected async Task<Answered[]> AskAsync(string prefix, int count)
    {
        string[] bodies = [.. Enumerable.Range(0, count).Select(i => Chat($"{prefix} {i}", ",\"max_tokens\":40"))];
        return await Task.WhenAll(bodies.Select(async body =>
        {
            using HttpResponseMessage answer = await PostAsync("/v1/chat/completions", body, ("Leeway-Deadline", Vendor.Wait));
            string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return new Answered(
                Mark(body),
                (int)answer.StatusCode,
                answer.IsSuccessStatusCode ? TextOf(JsonDocument.Parse(text).RootElement) : text,
                answer.Headers.TryGetValues("Leeway-Lane", out IEnumerable<string>? lanes) ? lanes.Single() : null);
        }));
    }

    private protected async Task<Books> ReadAsync()
    {
        SandboxLedgerSnapshot bill = await Bench.BillAsync();
        (decimal cost, int entries, int duplicates) = await Bench.CostAsync();
        return new Books(bill.BilledUsd, bill.PromptsBilled, bill.PromptsBilledTwice, cost, entries, duplicates);
    }

    private protected sealed record Answered(string Mark, int Status, string Text, string? Lane);

    private protected sealed record Books(decimal Billed, long Prompts, long PromptsTwice, decimal Cost, int Entries, int Duplicates);
}
