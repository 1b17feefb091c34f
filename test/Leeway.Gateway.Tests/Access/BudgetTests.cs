using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Access;
using Leeway.Gateway.Tests.Crash.Support;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Access;

/// <summary>What a key or a team may spend is set aside before anything is sent or queued.</summary>
public sealed class BudgetTests
{
    // 0.15 and 0.60 USD a million tokens: an answer of 500 tokens, which a call without a limit is taken for, is 0.0003.
    private const string Prices = """

        models:
          gpt-4o-mini: { deployments: [ { provider: openai, price: { input: 0.15, output: 0.60 } } ] }
        """;

    private const string Path = "/v1/chat/completions";
    private const decimal Answer = 0.0003m;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_go_through_until_the_next_one_could_cost_too_much_and_then_nothing_is_sent()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Eager + Prices);
        MadeKey key = await gateway.MakeKeyAsync(more: Budget(0.001m, "/day"));
        int answered = 0;
        HttpResponseMessage refused;
        while ((refused = await gateway.CallAsync(key.Secret, HttpMethod.Post, Path, AccessBench.Chat)).StatusCode == HttpStatusCode.OK)
        {
            answered++;
            refused.Dispose();
            Assert.True(answered < 1000, "The budget never ends.");
        }

        using (refused)
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal("false", refused.Headers.GetValues("x-should-retry").Single());
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
            JsonElement error = AccessBench.Json(await refused.Content.ReadAsStringAsync(Token)).GetProperty("error");
            Assert.Equal("budget_exceeded", error.GetProperty("code").GetString());
            Assert.Equal("insufficient_quota", error.GetProperty("type").GetString());
            Assert.Contains(key.Id, error.GetProperty("message").GetString()!, StringComparison.Ordinal);
            Assert.Contains("$0.001/day", error.GetProperty("message").GetString()!, StringComparison.Ordinal);
        }

        decimal spent = await SpentAsync(gateway, key);
        Assert.True(spent <= 0.001m && spent > 0.001m - Answer - 0.0001m, $"{spent} USD for {answered} calls");
        Assert.Equal(answered, (await gateway.Sandbox.ReadLedgerAsync(cancellationToken: Token)).RealTime.Billed);
    }

    [Fact]
    public async Task Two_hundred_calls_at_once_spend_no_more()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Eager + Prices);
        MadeKey key = await gateway.MakeKeyAsync(more: Budget(0.01m));
        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => gateway.StatusAsync(key.Secret, HttpMethod.Post, Path, AccessBench.Chat)));

        Assert.All(statuses, static status => Assert.True(status is 200 or 429, $"{status}"));
        Assert.Contains(200, statuses);
        decimal spent = await SpentAsync(gateway, key);
        Assert.InRange(spent, 0.000001m, 0.01m);
    }

    [Fact]
    public async Task What_waits_is_set_aside_when_it_is_accepted_and_given_back_when_it_ends()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(NeverSealed + Prices);
        MadeKey key = await gateway.MakeKeyAsync(more: Budget(0.0015m));

        // Each may be answered in real time and by a batch row that comes too late: one and a half of its price.
        string first = await gateway.QueueAsync(key.Secret, Asking(500));
        await gateway.QueueAsync(key.Secret, Asking(500));
        await gateway.QueueAsync(key.Secret, Asking(500));
        Assert.Equal("budget_exceeded", Code(await gateway.AskAsync(key.Secret, HttpMethod.Post, Path, Asking(500), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"))));
        Assert.Equal(3, AccessBench.Json(await gateway.Admin.GetStringAsync("/admin/queue", Token)).GetProperty("open").GetInt32());
        decimal set = await UsedAsync(gateway, key.Id);
        Assert.InRange(set, 3 * 1.5m * Answer, 0.0015m);

        // A call in real time finds as little left; a smaller answer still fits.
        Assert.Equal(429, await gateway.StatusAsync(key.Secret, HttpMethod.Post, Path, Asking(500)));
        Assert.Equal(200, await gateway.StatusAsync(key.Secret, HttpMethod.Post, Path, Asking(20)));

        using (await gateway.CallAsync(key.Secret, HttpMethod.Post, $"/leeway/requests/{first}/cancel"))
        {
        }

        string again = await gateway.QueueAsync(key.Secret, Asking(500));
        Assert.Equal("queued", (await gateway.AskAsync(key.Secret, HttpMethod.Get, $"/leeway/requests/{again}")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Once_everything_has_ended_what_is_used_is_what_the_ledger_says()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Eager + Prices);
        MadeKey key = await gateway.MakeKeyAsync(more: Budget(1m));
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => gateway.QueueAsync(key.Secret, Asking(500, i))));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => gateway.StatusAsync(key.Secret, HttpMethod.Post, Path, AccessBench.Chat)));
        using (await gateway.AdminPostAsync("/admin/seal"))
        {
        }

        await Eventually.HoldsAsync(
            async () => (await Task.WhenAll(ids.Select(id => gateway.AskAsync(key.Secret, HttpMethod.Get, $"/leeway/requests/{id}"))))
                .All(static request => request.GetProperty("state").GetString() == "succeeded"),
            () => "Not all are answered.");
        decimal spent = await SpentAsync(gateway, key);
        Assert.True(spent > 0);

        // A node has up to two thousandths in hand.
        await Eventually.HoldsAsync(async () => await UsedAsync(gateway, key.Id) is var used && used >= spent && used <= spent + 0.002m, () => $"{spent} USD were spent.");
    }

    [Fact]
    public async Task A_restart_forgets_nothing_of_it()
    {
        string folder = Directory.CreateTempSubdirectory("leeway-test-").FullName;
        await using SandboxServer provider = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" });
        try
        {
            MadeKey key;
            string id;
            await using (TestGateway before = await TestGateway.StartAsync(NeverSealed + Prices, folder: folder, runningSandbox: provider))
            {
                key = await before.MakeKeyAsync(more: Budget(0.001m));
                await before.QueueAsync(key.Secret, Asking(500));
                id = await before.QueueAsync(key.Secret, Asking(500));
            }

            await using TestGateway after = await TestGateway.StartAsync(NeverSealed + Prices, folder: folder, runningSandbox: provider);
            Assert.InRange(await UsedAsync(after, key.Id), 2 * 1.5m * Answer, 0.001m);
            Assert.Equal(429, await after.StatusAsync(key.Secret, HttpMethod.Post, Path, Asking(500)));
            using (await after.CallAsync(key.Secret, HttpMethod.Post, $"/leeway/requests/{id}/cancel"))
            {
            }

            Assert.Equal(200, await after.StatusAsync(key.Secret, HttpMethod.Post, Path, Asking(500)));
        }
        finally
        {
            await Leeway.Tests.Storage.Postgres.TestDatabases.ReleaseAsync(System.IO.Path.Combine(folder, "data"));
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_retry_is_not_set_aside_again()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(NeverSealed + Prices);
        MadeKey key = await gateway.MakeKeyAsync(more: Budget(0.0005m));
        string first = await gateway.QueueAsync(key.Secret, Asking(500), ("Idempotency-Key", "once"));

        Assert.Equal(first, await gateway.QueueAsync(key.Secret, Asking(500), ("Idempotency-Key", "once")));
        Assert.Equal("budget_exceeded", Code(await gateway.AskAsync(key.Secret, HttpMethod.Post, Path, Asking(500), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"), ("Idempotency-Key", "twice"))));
    }

    [Fact]
    public async Task A_line_of_a_run_that_does_not_fit_is_refused_and_the_others_are_taken()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(NeverSealed + Prices);
        MadeKey key = await gateway.MakeKeyAsync(more: Budget(0.001m));
        string lines = string.Join('\n', Enumerable.Range(0, 5).Select(Line));
        JsonElement[] answers = await RunAsync(gateway, key, lines);

        Assert.Equal(2, answers.Count(static answer => answer.GetProperty("error").ValueKind == JsonValueKind.Null));
        Assert.Equal(3, answers.Count(static answer => answer.GetProperty("error") is { ValueKind: JsonValueKind.Object } error && error.GetProperty("code").GetString() == "budget_exceeded"));

        // The lines that are there already cost nothing a second time.
        decimal used = await UsedAsync(gateway, key.Id);
        Assert.Equal(2, (await RunAsync(gateway, key, lines)).Count(static answer => answer.GetProperty("error").ValueKind == JsonValueKind.Null));
        Assert.Equal(used, await UsedAsync(gateway, key.Id));
    }

    [Theory]
    [InlineData(2, "in_progress")]
    [InlineData(4, "failed")]
    public async Task A_batch_is_taken_whole_or_not_at_all(int count, string status)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(NeverSealed + Prices);
        MadeKey key = await gateway.MakeKeyAsync(more: Budget(0.001m));
        string file = await UploadAsync(gateway, key, string.Join('\n', Enumerable.Range(0, count).Select(Line)));
        JsonElement made = await gateway.AskAsync(key.Secret, HttpMethod.Post, "/v1/batches", $$"""{"input_file_id":"{{file}}","endpoint":"{{Path}}","completion_window":"24h"}""");
        JsonElement batch = made;
        await Eventually.HoldsAsync(
            async () => (batch = await gateway.AskAsync(key.Secret, HttpMethod.Get, $"/v1/batches/{made.GetProperty("id").GetString()}")).GetProperty("status").GetString() == status,
            () => batch.GetRawText());
        bool isTaken = status != "failed";
        Assert.Equal(isTaken ? count : 0, AccessBench.Json(await gateway.Admin.GetStringAsync("/admin/queue", Token)).GetProperty("open").GetInt32());
        Assert.Equal(isTaken, !batch.GetRawText().Contains("budget_exceeded", StringComparison.Ordinal));

        // Of what was refused nothing stays set aside.
        await Eventually.HoldsAsync(async () => await UsedAsync(gateway, key.Id) is var used && (isTaken ? used >= count * 1.5m * Answer : used < 0.00001m), () => "It is not what was taken.");
    }

    [Fact]
    public async Task Keys_of_a_team_share_its_budget()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(NeverSealed + Prices + "\nteams: { blue: { budget: 0.001/month } }");
        MadeKey one = await gateway.MakeKeyAsync("blue");
        MadeKey two = await gateway.MakeKeyAsync("blue", Budget(0.0004m));
        MadeKey red = await gateway.MakeKeyAsync("red");
        await gateway.QueueAsync(one.Secret, Asking(500));

        // Its own is too small for it, and so the team's is not touched.
        decimal before = await UsedAsync(gateway, "team blue");
        Assert.Contains(two.Id, Message(await gateway.AskAsync(two.Secret, HttpMethod.Post, Path, Asking(500), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"))), StringComparison.Ordinal);
        Assert.Equal(before, await UsedAsync(gateway, "team blue"));

        await gateway.QueueAsync(one.Secret, Asking(500));
        Assert.Contains("team blue", Message(await gateway.AskAsync(one.Secret, HttpMethod.Post, Path, Asking(500), ("Leeway-Deadline", "6h"), ("Prefer", "respond-async"))), StringComparison.Ordinal);
        await gateway.QueueAsync(red.Secret, Asking(500));
    }

    [Fact]
    public async Task A_budget_can_be_raised_and_taken_away()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(NeverSealed + Prices);
        MadeKey key = await gateway.MakeKeyAsync(more: Budget(0.0005m));
        await gateway.QueueAsync(key.Secret, Asking(500));
        Assert.Equal(429, await gateway.StatusAsync(key.Secret, HttpMethod.Post, Path, Asking(500)));

        await SetAsync(gateway, key, "0.001");
        Assert.Equal(200, await gateway.StatusAsync(key.Secret, HttpMethod.Post, Path, Asking(500)));
        await SetAsync(gateway, key, "0.0001");
        Assert.Equal(429, await gateway.StatusAsync(key.Secret, HttpMethod.Post, Path, Asking(500)));
        await SetAsync(gateway, key, "none");
        Assert.Equal(200, await gateway.StatusAsync(key.Secret, HttpMethod.Post, Path, Asking(500)));
        Assert.Empty(AccessBench.Json(await gateway.Admin.GetStringAsync("/admin/budgets", Token)).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public void A_queue_without_a_key_spends_its_teams_money()
    {
        var config = new StaticConfig(new LeewayConfig
        {
            Teams = new Dictionary<string, TeamConfig> { ["search"] = new() { Budget = new Budget(5, BudgetPeriod.Day) } },
            Queues = new Dictionary<string, QueueConfig> { ["jobs"] = new() { Team = "search" }, ["others"] = new() },
        });
        using var ring = new KeyRing(new GateTests.NoStore(), []);
        var budgets = new CallerBudgets(ring, config);

        Assert.Equal("team search", Assert.Single(budgets.Of("queue_jobs")).Holder);
        Assert.Empty(budgets.Of("queue_others"));
        Assert.Empty(budgets.Of("queue_gone"));
        Assert.Empty(budgets.Of("anonymous"));
    }

    private const string NeverSealed = """
        priorities:
          standard: { deadline: 6h, seal: { requests: 1000, age: 5h } }
        lanes:
          batch: { seal: { age: 5h } }
        """;

    private static string Budget(decimal usd, string per = "") => string.Create(CultureInfo.InvariantCulture, $",\"budget\":\"{usd}{per}\"");

    private static string Asking(int tokens, int number = 0) =>
        $$"""{"model":"gpt-4o-mini","max_tokens":{{tokens}},"messages":[{"role":"user","content":"hello {{number}}"}]}""";

    private static string Line(int number) => $$"""{"custom_id":"{{number}}","method":"POST","url":"{{Path}}","body":{{Asking(500, number)}}}""";

    private static string? Code(JsonElement answer) => answer.TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetString() : null;

    private static string Message(JsonElement answer) => answer.TryGetProperty("error", out JsonElement error) ? error.GetProperty("message").GetString()! : answer.GetRawText();

    private static async Task SetAsync(TestGateway gateway, MadeKey key, string budget)
    {
        using HttpResponseMessage answer = await gateway.AdminPostAsync($"/admin/keys/{key.Id}/budget", $"{{\"budget\":\"{budget}\"}}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<decimal> SpentAsync(TestGateway gateway, MadeKey key) => AccessBench.Json(await gateway.Admin.GetStringAsync("/admin/cost?by=key", Token)).GetProperty("data").EnumerateArray()
        .Where(row => row.GetProperty("name").GetString() == key.Id).Sum(static row => decimal.Parse(row.GetProperty("cost_usd").GetString()!, CultureInfo.InvariantCulture));

    private static async Task<decimal> UsedAsync(TestGateway gateway, string holder) => AccessBench.Json(await gateway.Admin.GetStringAsync("/admin/budgets", Token)).GetProperty("data").EnumerateArray()
        .Where(row => row.GetProperty("holder").GetString() == holder).Sum(static row => decimal.Parse(row.GetProperty("used_usd").GetString()!, CultureInfo.InvariantCulture));

    private static async Task<JsonElement[]> RunAsync(TestGateway gateway, MadeKey key, string lines)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/leeway/runs/run_00000000000000000000000000000007/requests") { Content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson") };
        request.Headers.Authorization = new("Bearer", key.Secret);
        request.Headers.TryAddWithoutValidation("Leeway-Deadline", "6h");
        using HttpResponseMessage answer = await gateway.Http.SendAsync(request, Token);
        return [.. (await answer.Content.ReadAsStringAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(AccessBench.Json)];
    }

    private static async Task<string> UploadAsync(TestGateway gateway, MadeKey key, string lines)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("batch"), "purpose" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(lines)), "file", "lines.jsonl" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = form };
        request.Headers.Authorization = new("Bearer", key.Secret);
        using HttpResponseMessage answer = await gateway.Http.SendAsync(request, Token);
        return AccessBench.Json(await answer.Content.ReadAsStringAsync(Token)).GetProperty("id").GetString()!;
    }
}
