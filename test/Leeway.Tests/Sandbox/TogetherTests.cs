using System.Net.Http.Headers;
using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class TogetherTests
{
    [Fact]
    public async Task Chat_tells_thoughts_empty_calls_and_a_flat_usage()
    {
        await using var together = await TogetherClient.StartAsync();
        var body = TogetherClient.Chat(TogetherClient.Whole, more: ",\"reasoning_effort\":\"low\"");
        var answer = await together.PostAsync("/chat/completions", body);
        var message = answer.GetProperty("choices")[0].GetProperty("message");
        var usage = answer.GetProperty("usage");

        Assert.Contains(PromptDigest.OfChat(SandboxClient.Parse(body)), message.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(message.GetProperty("reasoning").GetString()!);
        Assert.Empty(message.GetProperty("tool_calls").EnumerateArray());
        Assert.True(usage.GetProperty("reasoning_tokens").GetInt32() > 0);
        Assert.False(usage.TryGetProperty("completion_tokens_details", out _));
        Assert.False(answer.TryGetProperty("service_tier", out _));
    }

    [Fact]
    public async Task Trap_21_Two_models_are_halved_in_a_batch_and_the_rest_cost_as_much_as_at_once()
    {
        foreach (var (model, input, output) in new[] { (TogetherClient.Halved, 0.44m, 0.44m), (TogetherClient.Whole, 0.05m, 0.20m) })
        {
            await using var together = await TogetherClient.StartAsync();
            var job = await together.JobAsync(await together.CreateAsync(TogetherClient.Lines(3, model)));
            var bill = (await together.Sandbox.Server.ReadLedgerAsync()).Batch;

            Assert.Equal("COMPLETED", job.GetProperty("status").GetString());
            Assert.Equal(((bill.InputTokens * input) + (bill.OutputTokens * output)) / 1_000_000m, bill.CostUsd);
        }
    }

    [Fact]
    public async Task Trap_1_A_job_has_progress_and_no_counters()
    {
        await using var together = await TogetherClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var id = await together.CreateAsync(TogetherClient.Lines(4));
        var seen = new List<(string?, double)>();
        for (var i = 0; i < 4; i++)
        {
            var job = await together.JobAsync(id);
            Assert.False(job.TryGetProperty("request_counts", out _));
            seen.Add((job.GetProperty("status").GetString(), job.GetProperty("progress").GetDouble()));
            together.Sandbox.Time.Advance(TimeSpan.FromMinutes(20));
        }

        Assert.Equal(("VALIDATING", 0), seen[0]);
        Assert.Equal("IN_PROGRESS", seen[1].Item1);
        Assert.InRange(seen[1].Item2, 20, 45);
        Assert.Equal(("COMPLETED", 100), seen[3]);
    }

    [Fact]
    public async Task Trap_9_A_file_that_is_not_there_is_accepted_with_201_and_fails_later()
    {
        await using var together = await TogetherClient.StartAsync();
        using var answer = await together.SendAsync("/batches", TogetherClient.Create("file-none"));
        var id = SandboxClient.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("job").GetProperty("id").GetString()!;
        var job = await together.JobAsync(id);

        Assert.Equal(201, (int)answer.StatusCode);
        Assert.True(Guid.TryParse(id, out _));
        Assert.Equal("FAILED", job.GetProperty("status").GetString());
        Assert.Contains("file-none", job.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(job.TryGetProperty("output_file_id", out _));
    }

    [Fact]
    public async Task Trap_14_Cancelling_what_has_ended_is_a_409_with_a_string()
    {
        await using var together = await TogetherClient.StartAsync();
        var id = await together.CreateAsync(TogetherClient.Lines(1));
        await together.JobAsync(id);
        using var answer = await together.SendAsync($"/batches/{id}/cancel", "");

        Assert.Equal(409, (int)answer.StatusCode);
        Assert.Equal("""{"error":"Cannot cancel job - already in terminal state: COMPLETED"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Trap_13_A_cancel_goes_by_CANCELING_to_CANCELLED_and_keeps_what_has_run()
    {
        await using var together = await TogetherClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(1) });
        var id = await together.CreateAsync(TogetherClient.Lines(20));
        together.Sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        var canceling = await together.PostAsync($"/batches/{id}/cancel", "");
        together.Sandbox.Time.Advance(TimeSpan.FromMinutes(2));
        var cancelled = await together.JobAsync(id);

        Assert.Equal(("CANCELING", "CANCELLED"), (canceling.GetProperty("status").GetString(), cancelled.GetProperty("status").GetString()));
        Assert.InRange((await together.RowsAsync(cancelled, "output_file_id")).Count, 5, 15);
        Assert.False(cancelled.TryGetProperty("error_file_id", out _));
    }

    [Fact]
    public async Task A_job_outlives_its_deadline_of_a_day()
    {
        await using var together = await TogetherClient.StartAsync(new SandboxOptions { Turnaround = TimeSpan.FromHours(30) });
        var id = await together.CreateAsync(TogetherClient.Lines(1));
        together.Sandbox.Time.Advance(TimeSpan.FromHours(25));
        var late = await together.JobAsync(id);
        together.Sandbox.Time.Advance(TimeSpan.FromHours(5));

        Assert.Equal("2026-11-24T00:00:00.000000Z", late.GetProperty("job_deadline").GetString());
        Assert.Equal("IN_PROGRESS", late.GetProperty("status").GetString());
        Assert.Equal("COMPLETED", (await together.JobAsync(id)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Rows_have_ids_and_statuses_and_a_bad_one_has_an_error_without_a_response()
    {
        await using var together = await TogetherClient.StartAsync();
        var id = await together.CreateAsync(string.Join('\n', TogetherClient.Lines(2), TogetherClient.Line("bad", TogetherClient.Chat(TogetherClient.Halved, more: ",\"n\":0"))));
        var job = await together.JobAsync(id);
        var error = Assert.Single(await together.RowsAsync(job, "error_file_id"));

        Assert.Equal("COMPLETED", job.GetProperty("status").GetString());
        Assert.All(await together.RowsAsync(job, "output_file_id"), row =>
        {
            Assert.Equal(["id", "custom_id", "response"], row.EnumerateObject().Select(field => field.Name));
            Assert.Equal(["status_code", "body"], row.GetProperty("response").EnumerateObject().Select(field => field.Name));
            Assert.StartsWith("br_", row.GetProperty("id").GetString(), StringComparison.Ordinal);
        });
        Assert.Equal(["id", "custom_id", "error"], error.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("bad", "batch_client_error"), (error.GetProperty("custom_id").GetString(), error.GetProperty("error").GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("{", "parseable")]
    [InlineData("""{"custom_id":"a","body":{"model":"gpt-4o","messages":[]}}""", "gpt-4o")]
    public async Task Bad_lines_and_models_that_are_not_served_fail_the_job(string line, string word)
    {
        await using var together = await TogetherClient.StartAsync();
        var job = await together.JobAsync(await together.CreateAsync(line));

        Assert.Equal("FAILED", job.GetProperty("status").GetString());
        Assert.Contains(word, job.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_uploaded_at_their_own_path_and_listed_under_data_jobs_as_a_bare_array()
    {
        await using var together = await TogetherClient.StartAsync();
        var file = await together.UploadAsync(TogetherClient.Lines(3));
        var job = await together.CreateAsync(TogetherClient.Lines(1));
        var wrong = await together.UploadAsync("{}", "batch");

        Assert.Equal((3, true, "jsonl"), (file.GetProperty("LineCount").GetInt32(), file.GetProperty("Processed").GetBoolean(), file.GetProperty("FileType").GetString()));
        Assert.Equal(2, (await together.GetAsync("/files")).GetProperty("data").GetArrayLength());
        Assert.Equal(job, Assert.Single((await together.GetAsync("/batches")).EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("purpose", wrong.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_lost_create_is_found_in_the_list_by_its_file()
    {
        await using var together = await TogetherClient.StartAsync();
        var file = (await together.UploadAsync(TogetherClient.Lines(1))).GetProperty("id").GetString()!;
        together.Sandbox.Server.Faults.Next(FaultKind.CreateLost);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => together.SendAsync("/batches", TogetherClient.Create(file)));

        Assert.Equal(file, Assert.Single((await together.GetAsync("/batches")).EnumerateArray()).GetProperty("input_file_id").GetString());
    }

    [Fact]
    public async Task A_call_without_a_user_agent_does_not_come_through()
    {
        await using var together = await TogetherClient.StartAsync();
        using var http = new HttpClient { BaseAddress = together.Sandbox.Server.BaseUri };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "k");
        using var answer = await http.GetAsync("/together/v1/models");

        Assert.Equal((403, "error code: 1010"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Alone_it_is_at_v1_too()
    {
        await using var together = await TogetherClient.StartAsync(new SandboxOptions { Law = "instant", Kind = SandboxKind.Together });
        using var answer = await together.Http.PostAsync("/v1/chat/completions", new StringContent(TogetherClient.Chat(TogetherClient.Halved)));
        using var list = await together.Http.GetAsync("/v1/batches");

        Assert.Equal((200, "[]"), ((int)answer.StatusCode, await list.Content.ReadAsStringAsync()));
    }
}
