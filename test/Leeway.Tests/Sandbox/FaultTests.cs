using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class FaultTests
{
    private const string Chat = "/v1/chat/completions";

    private static string Streamed(string prompt) => SandboxClient.ChatBody(prompt, ",\"stream\":true");

    [Theory]
    [InlineData(FaultKind.RateLimit, 429, "rate_limit_exceeded", "requests")]
    [InlineData(FaultKind.InsufficientQuota, 429, "insufficient_quota", "insufficient_quota")]
    [InlineData(FaultKind.ServerError, 500, null, "server_error")]
    public async Task Http_fault_strikes_the_next_calls_only_and_bills_nothing(FaultKind kind, int expected, string? code, string type)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Set(kind, new FaultSetting { Next = 2, RetryAfter = 7 });
        for (var i = 0; i < 2; i++)
        {
            using var response = await sandbox.SendAsync(Chat, SandboxClient.ChatBody("x"));
            var error = SandboxClient.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error");
            Assert.Equal((expected, code, type), ((int)response.StatusCode, error.GetProperty("code").GetString(), error.GetProperty("type").GetString()));
            Assert.Equal(kind == FaultKind.InsufficientQuota ? null : TimeSpan.FromSeconds(7), response.Headers.RetryAfter?.Delta);
        }

        await sandbox.PostAsync(Chat, SandboxClient.ChatBody("x"));
        Assert.Equal(2, sandbox.Server.Faults.Hits(kind));
        var ledger = await sandbox.Server.ReadLedgerAsync();
        Assert.Equal((1, 3), (ledger.RealTime.Billed, ledger.Calls["POST /v1/chat/completions"]));
    }

    [Fact]
    public async Task Http_fault_with_a_route_strikes_there_only()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Set(FaultKind.ServerError, new FaultSetting { Next = 1, Status = 503, Route = "GET /v1/batches" });
        await sandbox.PostAsync(Chat, SandboxClient.ChatBody("x"));
        var id = await sandbox.CreateAsync(SandboxClient.Lines(1));

        var (status, _) = await SandboxClient.ErrorOfAsync(sandbox.Http.GetAsync($"/v1/batches/{id}"));
        Assert.Equal(503, status);
    }

    [Fact]
    public async Task Probability_is_drawn_by_seed()
    {
        async Task<string> RunAsync(int seed)
        {
            await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Law = "instant", Seed = seed });
            sandbox.Server.Faults.Set(FaultKind.ServerError, new FaultSetting { Probability = 0.5 });
            var outcomes = new StringBuilder();
            for (var i = 0; i < 40; i++)
            {
                using var response = await sandbox.SendAsync(Chat, SandboxClient.ChatBody("x"));
                outcomes.Append(response.IsSuccessStatusCode ? '1' : '0');
            }

            return outcomes.ToString();
        }

        var first = await RunAsync(1);
        Assert.InRange(first.Count(c => c == '0'), 10, 30);
        Assert.Equal(first, await RunAsync(1));
        Assert.NotEqual(first, await RunAsync(2));
    }

    [Fact]
    public async Task Slow_first_byte_holds_the_answer_back_until_the_clock_has_moved()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Set(FaultKind.SlowFirstByte, new FaultSetting { Next = 1, Seconds = 3600 });
        var call = sandbox.PostAsync(Chat, SandboxClient.ChatBody("x"));
        while (sandbox.Server.Faults.Hits(FaultKind.SlowFirstByte) == 0)
        {
            await Task.Yield();
        }

        // A second call passes, so the first would have too.
        await sandbox.PostAsync(Chat, SandboxClient.ChatBody("y"));
        Assert.False(call.IsCompleted);
        while (!call.IsCompleted)
        {
            sandbox.Time.Advance(TimeSpan.FromSeconds(3600));
            await Task.WhenAny(call, sandbox.GetAsync("/v1/models"));
        }

        await call;
    }

    [Fact]
    public async Task Cut_stream_ends_in_a_broken_connection_after_the_given_chunks_and_is_billed()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Set(FaultKind.StreamCut, new FaultSetting { Next = 1, AfterChunks = 4 });
        var (events, exception) = await ReadStreamAsync(sandbox, "x");

        Assert.IsType<HttpIOException>(exception);
        Assert.Equal(4, events.Count);
        Assert.Equal(1, (await sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task Stalled_stream_sends_its_first_chunks_and_then_nothing()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Next(FaultKind.StreamStall);
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(Streamed("x"), Encoding.UTF8, "application/json") };
        using var response = await sandbox.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var line = 0; line < 6; line++)
        {
            await reader.ReadLineAsync(leaving.Token);
        }

        var next = reader.ReadLineAsync(leaving.Token).AsTask();
        await sandbox.GetAsync("/v1/models");
        Assert.False(next.IsCompleted);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Garbage_in_a_stream_is_neither_json_nor_done()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Next(FaultKind.StreamGarbage);
        var (events, exception) = await ReadStreamAsync(sandbox, "x");

        Assert.Null(exception);
        Assert.ThrowsAny<JsonException>(() => SandboxClient.Parse(events[3][6..]));
        Assert.Equal(4, events.Count);
    }

    [Fact]
    public async Task Error_inside_a_stream_is_a_data_event_and_is_not_billed()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Set(FaultKind.StreamErrorAfter200, new FaultSetting { Next = 1, AfterChunks = 0 });
        var (events, exception) = await ReadStreamAsync(sandbox, "x");

        Assert.Null(exception);
        Assert.Equal("server_error", SandboxClient.Parse(Assert.Single(events)[6..]).GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(0, (await sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Theory]
    [InlineData(FaultKind.CreateLost, 1)]
    [InlineData(FaultKind.CreateLostBefore, 0)]
    [InlineData(FaultKind.CreateLate, 0)]
    public async Task Lost_create_breaks_the_connection_and_leaves_the_batches_it_says(FaultKind kind, int listed)
    {
        await using var sandbox = await SandboxClient.StartAsync();
        var file = await sandbox.UploadAsync(SandboxClient.Lines(3));
        sandbox.Server.Faults.Next(kind);
        await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.SendAsync("/v1/batches", SandboxClient.CreateBody(file)));

        Assert.Equal(listed, (await sandbox.GetAsync("/v1/batches")).GetProperty("data").GetArrayLength());
        sandbox.Time.Advance(TimeSpan.FromSeconds(60));
        var exists = kind != FaultKind.CreateLostBefore;
        Assert.Equal(exists ? 1 : 0, (await sandbox.GetAsync("/v1/batches")).GetProperty("data").GetArrayLength());
        Assert.Equal(exists ? 3 : 0, (await sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Lost_upload_leaves_the_file()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Next(FaultKind.UploadLost);
        await Assert.ThrowsAsync<HttpRequestException>(() => sandbox.UploadAsync("x"));

        Assert.Equal(1, (await sandbox.GetAsync("/v1/files")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Dropped_rows_are_billed_but_stand_in_no_file()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Next(FaultKind.RowsDropped, 2);
        var batch = await sandbox.BatchAsync(await sandbox.CreateAsync(SandboxClient.Lines(10)));

        Assert.Equal(8, (await sandbox.RowsAsync(batch, "output_file_id")).Count);
        Assert.Empty(await sandbox.RowsAsync(batch, "error_file_id"));
        Assert.Equal(10, (await sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Doubled_rows_stand_twice_and_are_billed_once()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Next(FaultKind.RowsDoubled, 2);
        var batch = await sandbox.BatchAsync(await sandbox.CreateAsync(SandboxClient.Lines(10)));

        var ids = SandboxClient.CustomIds(await sandbox.RowsAsync(batch, "output_file_id"));
        Assert.Equal((12, 10), (ids.Count, ids.Distinct().Count()));
        var ledger = await sandbox.Server.ReadLedgerAsync();
        Assert.All(ledger.CustomIds.Values, row => Assert.Equal(1, row.Billed));
        Assert.Equal(0, ledger.CustomIdsBilledTwice);
    }

    [Fact]
    public async Task Corrupted_rows_are_lines_that_are_not_json()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Next(FaultKind.RowsCorrupted, 3);
        var batch = await sandbox.BatchAsync(await sandbox.CreateAsync(SandboxClient.Lines(10)));

        var rows = await sandbox.RawRowsAsync(batch, "output_file_id");
        Assert.Equal(10, rows.Length);
        Assert.Equal(3, rows.Count(row => !row.EndsWith('}')));
        Assert.Equal(3, rows.Count(row =>
        {
            try
            {
                SandboxClient.Parse(row);
                return false;
            }
            catch (JsonException)
            {
                return true;
            }
        }));
    }

    [Fact]
    public async Task Foreign_rows_have_a_custom_id_nobody_sent()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Next(FaultKind.RowsForeign);
        var batch = await sandbox.BatchAsync(await sandbox.CreateAsync(SandboxClient.Lines(4)));

        var ids = SandboxClient.CustomIds(await sandbox.RowsAsync(batch, "output_file_id"));
        Assert.Single(ids, id => id[0] != 'r');
        Assert.Equal((5, 4), (ids.Count, (int)(await sandbox.Server.ReadLedgerAsync()).Batch.Billed));
    }

    [Fact]
    public async Task Row_error_puts_a_400_into_the_error_file_unbilled()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Next(FaultKind.RowError);
        var batch = await sandbox.BatchAsync(await sandbox.CreateAsync(SandboxClient.Lines(4)));

        Assert.Equal(400, Assert.Single(await sandbox.RowsAsync(batch, "error_file_id")).GetProperty("response").GetProperty("status_code").GetInt32());
        Assert.Equal(3, (await sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Theory]
    [InlineData("instant", 0)]
    [InlineData("healthy", 24)]
    public async Task Expired_batch_keeps_part_of_its_rows_and_names_the_others(string law, int hours)
    {
        await using var sandbox = await SandboxClient.StartAsync(new SandboxOptions { Law = law });
        sandbox.Server.Faults.Next(FaultKind.Expire);
        var id = await sandbox.CreateAsync(SandboxClient.Lines(40));
        sandbox.Time.Advance(TimeSpan.FromHours(hours));

        var batch = await sandbox.BatchAsync(id);
        var done = await sandbox.RowsAsync(batch, "output_file_id");
        var left = await sandbox.RowsAsync(batch, "error_file_id");
        Assert.Equal("expired", batch.GetProperty("status").GetString());
        Assert.InRange(done.Count, 1, 39);
        Assert.Equal(40, done.Count + left.Count);
        Assert.Equal(done.Count, (await sandbox.Server.ReadLedgerAsync()).Batch.Billed);
    }

    [Fact]
    public async Task Token_limit_fault_fails_the_next_batch_only()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        sandbox.Server.Faults.Next(FaultKind.TokenLimitExceeded);
        var failed = await sandbox.BatchAsync(await sandbox.CreateAsync(SandboxClient.Lines(2)));
        var next = await sandbox.BatchAsync(await sandbox.CreateAsync(SandboxClient.Lines(2)));

        Assert.Equal("failed", failed.GetProperty("status").GetString());
        Assert.Equal("token_limit_exceeded", failed.GetProperty("errors").GetProperty("data")[0].GetProperty("code").GetString());
        Assert.Equal("completed", next.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Faults_can_be_set_over_http_and_wrong_ones_change_nothing()
    {
        await using var sandbox = await SandboxClient.StartAsync();
        using var put = await sandbox.Http.PutAsync("/sandbox/faults", new StringContent("""{"rate_limit":{"next":1,"retry_after":0.5},"rows_dropped":{"probability":0.25}}"""));
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        foreach (var wrong in (string[])["""{"no_such":{}}""", """{"rate_limit":{"next":-1}}""", """{"rate_limit":{"nxt":1}}""", "{"])
        {
            using var refused = await sandbox.Http.PutAsync("/sandbox/faults", new StringContent(wrong));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        var faults = await sandbox.GetAsync("/sandbox/faults");
        Assert.Equal(FaultNames.All.Count, faults.EnumerateObject().Count());
        Assert.Equal(1, faults.GetProperty("rate_limit").GetProperty("next").GetInt32());
        Assert.Equal(0.25, faults.GetProperty("rows_dropped").GetProperty("probability").GetDouble());
        using var response = await sandbox.SendAsync(Chat, SandboxClient.ChatBody("x"));
        Assert.Equal("0.5", response.Headers.GetValues("Retry-After").Single());

        using var off = await sandbox.Http.PutAsync("/sandbox/faults", new StringContent("{}"));
        Assert.Equal(0, sandbox.Server.Faults.Get(FaultKind.RowsDropped).Probability);
    }

    [Fact]
    public void Each_fault_has_the_snake_case_name_of_its_kind()
    {
        Assert.Equal(Enum.GetValues<FaultKind>().Length, FaultNames.All.Count);
        Assert.All(Enum.GetValues<FaultKind>(), kind =>
            Assert.Equal(kind.ToString().ToLowerInvariant(), FaultNames.NameOf(kind).Replace("_", "", StringComparison.Ordinal)));
    }

    private static async Task<(List<string> Events, Exception? Exception)> ReadStreamAsync(SandboxClient sandbox, string prompt)
    {
        var events = new List<string>();
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(Streamed(prompt), Encoding.UTF8, "application/json") };
        using var response = await sandbox.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.Length > 0)
                {
                    events.Add(line);
                }
            }
        }
        catch (IOException exception)
        {
            return (events, exception);
        }

        return (events, null);
    }
}
