using System.Net;
using System.Text.Json;
using Leeway.Sandbox.Faults;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>What a vendor refuses, and what becomes of it.</summary>
public abstract class FailureConformance<TVendor>(VendorGateway<TVendor> bench) : Conformance<TVendor>(bench)
    where TVendor : Vendor, new()
{
    [Theory]
    [InlineData(FaultKind.RateLimit, null)]
    [InlineData(FaultKind.ServerError, 500)]
    [InlineData(FaultKind.ServerError, 503)]
    public async Task What_passes_is_tried_again(FaultKind fault, int? status)
    {
        Faults.Set(fault, new FaultSetting { Next = 2, Status = status, RetryAfter = 0 });

        await CompleteAsync(Chat($"Does {fault} {status} pass?"));
    }

    [Fact]
    public async Task A_rate_limit_that_lasts_is_told_with_its_wait()
    {
        Faults.Set(FaultKind.RateLimit, new FaultSetting { Probability = 1, RetryAfter = 30 });

        using HttpResponseMessage answer = await PostAsync("/v1/chat/completions", Chat("Is it over?"));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        await AssertErrorAsync(answer);
    }

    [Fact, Trait("Trap", "22")]
    public async Task A_spent_quota_is_not_asked_again()
    {
        // A token that has to be fetched first would count as a request too.
        await CompleteAsync(Chat("Hello?"));
        Faults.Set(FaultKind.InsufficientQuota, new FaultSetting { Probability = 1 });
        long before = (await Bench.BillAsync()).Requests;

        using HttpResponseMessage answer = await PostAsync("/v1/chat/completions", Chat("Is there money?"));

        await AssertErrorAsync(answer);
        Assert.Equal(1, (await Bench.BillAsync()).Requests - before);
    }

    [Fact]
    public async Task A_server_that_stays_down_is_told_in_the_caller_s_dialect()
    {
        Faults.Set(FaultKind.ServerError, new FaultSetting { Probability = 1, Status = 500 });

        using HttpResponseMessage chat = await PostAsync("/v1/chat/completions", Chat("Anybody?"));
        using HttpResponseMessage message = await PostAsync("/v1/messages", """{"model":"model","max_tokens":20,"messages":[{"role":"user","content":"Anybody?"}]}""");

        Assert.True((int)chat.StatusCode >= 500);
        await AssertErrorAsync(chat);
        Assert.Equal("error", JsonDocument.Parse(await message.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_the_call()
    {
        Faults.Set(FaultKind.SlowFirstByte, new FaultSetting { Next = 1, Seconds = 600 });
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bench.Gateway.Http.PostAsync("/v1/chat/completions", new StringContent(Chat("Wait for me"), System.Text.Encoding.UTF8, "application/json"), leaving.Token));

        await CompleteAsync(Chat("And now?"));
    }
}
