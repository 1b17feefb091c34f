using System.Net;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Inference;

public sealed class SmokeTests
{
    private const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is leeway?"}]}""";

    [Fact]
    public async Task A_plain_call_is_answered_in_real_time_with_its_cost()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body);
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains(Digest(Body), text, StringComparison.Ordinal);
        Assert.Equal("realtime", answer.Headers.GetValues("Leeway-Lane").Single());
        Assert.True(decimal.Parse(answer.Headers.GetValues("Leeway-Cost").Single(), System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public async Task A_call_with_a_deadline_travels_in_a_batch_at_half_the_price()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body, ("Leeway-Deadline", "6h"));
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains(Digest(Body), text, StringComparison.Ordinal);
        Assert.Equal("batch", answer.Headers.GetValues("Leeway-Lane").Single());
        Assert.Equal(answer.Headers.GetValues("Leeway-Cost").Single(), answer.Headers.GetValues("Leeway-Saved").Single());
    }

    private static string Digest(string body) => PromptDigest.OfChat(JsonDocument.Parse(body).RootElement);
}
