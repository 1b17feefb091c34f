namespace Leeway.Tests.Adapters.Gemini;

/// <summary>The Gemini adapter before a scripted server.</summary>
internal static class GeminiBench
{
    public const string Model = "gemini-2.5-flash";

    public static async Task<AdapterBench> StartAsync(string model = Model)
    {
        AdapterBench bench = await AdapterBench.StartAsync("gemini");
        bench.Deployment = bench.Deployment with { Id = "google/" + model, Model = model, BaseUrl = new Uri(bench.Server.BaseUrl, "/"), ApiKey = "g-key" };
        return bench;
    }

    /// <summary>What goes up for a client's request.</summary>
    public static async Task<string> SentAsync(string body, string endpoint = Endpoints.Chat, string model = Model)
    {
        await using AdapterBench bench = await StartAsync(model);
        bench.Server.Then(200, """{"candidates":[{"content":{"role":"model","parts":[{"text":"x"}]},"finishReason":"STOP"}]}""");
        using ProviderAnswer answer = await bench.SendAsync(body, endpoint);
        return bench.Server.Single().Text;
    }

    /// <summary>What a client gets for the provider's answer.</summary>
    public static async Task<string> AnsweredAsync(string answer, string endpoint = Endpoints.Chat, string? body = null)
    {
        await using AdapterBench bench = await StartAsync();
        bench.Server.Then(200, answer);
        using ProviderAnswer got = await bench.SendAsync(body ?? """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""", endpoint);
        return await AdapterBench.TextAsync(got);
    }

    public static async Task<FieldProblem?> RefusedAsync(string body, string endpoint = Endpoints.Chat, string model = Model)
    {
        await using AdapterBench bench = await StartAsync(model);
        return bench.Provider.FindUncarried(bench.Deployment, endpoint, System.Text.Encoding.UTF8.GetBytes(body));
    }
}
