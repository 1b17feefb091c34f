using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class WebhookTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task A_batch_that_ends_on_the_clock_is_told_without_anyone_asking_for_it()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromMinutes(10) });
        await SetAsync(sandbox, receiver);
        var id = await sandbox.CreateAsync(SandboxClient.Lines(3));
        Assert.True(receiver.IsEmpty);

        sandbox.Time.Advance(TimeSpan.FromMinutes(10));
        var call = await receiver.NextAsync();
        var told = SandboxClient.Parse(call.Body);

        Assert.Equal(("event", "batch.completed"), (told.GetProperty("object").GetString(), told.GetProperty("type").GetString()));
        Assert.Equal(id, told.GetProperty("data").GetProperty("id").GetString());
        Assert.Single(told.GetProperty("data").EnumerateObject());
        Assert.Equal(call.Id, told.GetProperty("id").GetString());
        Assert.Equal(sandbox.Time.GetUtcNow().ToUnixTimeSeconds(), told.GetProperty("created_at").GetInt64());
        AssertSigned(call, sandbox);
        Assert.Equal(3, (await sandbox.BatchAsync(id)).GetProperty("request_counts").GetProperty("completed").GetInt32());
    }

    [Fact]
    public async Task Failed_expired_and_cancelled_batches_have_events_of_their_own()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromMinutes(10) });
        await SetAsync(sandbox, receiver);

        var failed = await sandbox.CreateAsync("{");
        sandbox.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("batch.failed", failed), await NextAsync(receiver));

        var cancelled = await sandbox.CreateAsync(SandboxClient.Lines(3));
        await sandbox.PostAsync($"/v1/batches/{cancelled}/cancel", "");
        sandbox.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(("batch.cancelled", cancelled), await NextAsync(receiver));

        sandbox.Server.Faults.Next(FaultKind.Expire);
        var expired = await sandbox.CreateAsync(SandboxClient.Lines(3));
        sandbox.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(("batch.expired", expired), await NextAsync(receiver));
    }

    [Fact]
    public async Task Background_responses_are_told_and_those_in_the_foreground_are_not()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { BackgroundTurnaround = TimeSpan.FromMinutes(1) });
        await SetAsync(sandbox, receiver);

        await sandbox.PostAsync("/v1/responses", """{"model":"gpt-5","input":"now"}""");
        var cancelled = await BackgroundAsync(sandbox);
        await sandbox.PostAsync($"/v1/responses/{cancelled}/cancel", "");
        Assert.Equal(("response.cancelled", cancelled), await NextAsync(receiver));

        var completed = await BackgroundAsync(sandbox);
        sandbox.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("response.completed", completed), await NextAsync(receiver));

        var cut = await BackgroundAsync(sandbox, ",\"max_output_tokens\":16");
        sandbox.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("response.incomplete", cut), await NextAsync(receiver));
    }

    [Fact]
    public async Task A_failed_attempt_is_made_again_with_the_same_id_and_a_new_time()
    {
        await using var receiver = await WebhookReceiver.StartAsync(500, 302);
        await using var sandbox = await SandboxClient.StartAsync();
        await SetAsync(sandbox, receiver);
        await sandbox.CreateAsync(SandboxClient.Lines(1));

        var first = await receiver.NextAsync();
        await FailuresAsync(sandbox, 1);
        sandbox.Time.Advance(TimeSpan.FromSeconds(5));
        var second = await receiver.NextAsync();
        await FailuresAsync(sandbox, 2);
        sandbox.Time.Advance(TimeSpan.FromSeconds(20));
        var third = await receiver.NextAsync();
        AssertSigned(third, sandbox);

        Assert.Equal((first.Id, first.Id), (second.Id, third.Id));
        Assert.Equal((first.Body, first.Body), (second.Body, third.Body));
        Assert.Equal(25, Time(third) - Time(first));
    }

    [Fact]
    public async Task Faults_lose_and_double_events()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await SandboxClient.StartAsync();
        await SetAsync(sandbox, receiver);
        sandbox.Server.Faults.Next(FaultKind.WebhookLost);
        sandbox.Server.Faults.Next(FaultKind.WebhookDoubled);

        await sandbox.CreateAsync(SandboxClient.Lines(1));
        var told = await sandbox.CreateAsync(SandboxClient.Lines(1));
        var (first, second) = (await receiver.NextAsync(), await receiver.NextAsync());

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(told, SandboxClient.Parse(first.Body).GetProperty("data").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{"url":"ftp://x/y","secret":"s"}""")]
    [InlineData("""{"secret":"s"}""")]
    [InlineData("""{"url":"http://127.0.0.1/","secret":"whsec_*"}""")]
    public async Task A_target_that_cannot_work_is_refused(string body)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        using var answer = await sandbox.Http.PutAsync("/sandbox/webhook", new StringContent(body));
        Assert.Equal(400, (int)answer.StatusCode);
    }

    private static async Task SetAsync(SandboxClient sandbox, WebhookReceiver receiver)
    {
        using var answer = await sandbox.Http.PutAsync("/sandbox/webhook", new StringContent($$"""{"url":"{{receiver.Url}}","secret":"{{Secret}}"}"""));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<(string? Type, string? Id)> NextAsync(WebhookReceiver receiver)
    {
        var told = SandboxClient.Parse((await receiver.NextAsync()).Body);
        return (told.GetProperty("type").GetString(), told.GetProperty("data").GetProperty("id").GetString());
    }

    private static async Task<string> BackgroundAsync(SandboxClient sandbox, string more = "") =>
        (await sandbox.PostAsync("/v1/responses", $$"""{"model":"gpt-5","input":"x","background":true{{more}}}""")).GetProperty("id").GetString()!;

    /// <summary>The sender has heard so many failures, and set its timer by the clock as it stands.</summary>
    private static async Task FailuresAsync(SandboxClient sandbox, int count)
    {
        while ((await sandbox.GetAsync("/sandbox/webhook")).GetProperty("failed").GetInt32() < count)
        {
            await Task.Yield();
        }
    }

    private static long Time(WebhookCall call) => long.Parse(call.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture);

    private static void AssertSigned(WebhookCall call, SandboxClient sandbox)
    {
        var signed = HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{call.Id}.{call.Headers["webhook-timestamp"]}.{call.Body}"));
        Assert.Equal("v1," + Convert.ToBase64String(signed), call.Headers["webhook-signature"]);
        Assert.Equal(sandbox.Time.GetUtcNow().ToUnixTimeSeconds(), Time(call));
        Assert.StartsWith("OpenAI/1.0 (", call.Headers["user-agent"], StringComparison.Ordinal);
    }
}
