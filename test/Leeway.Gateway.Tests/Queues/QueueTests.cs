using System.Text.Json;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Queues;

/// <summary>Requests from a queue and results to one: the same whatever the queue speaks.</summary>
public abstract class QueueTests
{
    private protected const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hello"}]}""";

    private protected abstract Task<QueueBench> OpenAsync(int? redriveAfter = null);

    [Fact]
    public async Task A_message_becomes_a_request_and_its_end_a_message()
    {
        await using QueueBench queues = await OpenAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Eager + queues.Yaml());
        await queues.SendAsync($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"custom_id":"row 1","metadata":{"order":"7"},"deadline":"1h"}""");

        QueueBench.Received result = Assert.Single(await ResultsAsync(queues, 1));
        JsonElement message = JsonDocument.Parse(result.Body).RootElement;
        JsonElement request = message.GetProperty("data");
        Assert.Equal("request.succeeded", message.GetProperty("type").GetString());
        Assert.Equal(("row 1", "succeeded", "standard"), (request.Text("custom_id"), request.Text("state"), request.Text("priority")));
        Assert.Equal("7", request.GetProperty("metadata").Text("order"));
        Assert.Equal(200, request.GetProperty("response").GetProperty("status_code").GetInt32());
        Assert.Equal("chat.completion", request.GetProperty("response").GetProperty("body").Text("object"));
        Assert.Equal((message.Text("id"), request.Text("id")), (result.Attributes["leeway_delivery"], result.Attributes["leeway_request"]));
        await Prompts.EventuallyAsync(async () => await queues.CountRequestsAsync() == 0, "the message was acknowledged");
        Assert.Empty(await queues.TakeRejectsAsync());
    }

    [Fact]
    public async Task A_line_in_the_form_of_a_batch_is_understood_and_the_queue_s_deadline_holds_for_it()
    {
        await using QueueBench queues = await OpenAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Eager + queues.Yaml("deadline: 6h,"));
        await queues.SendAsync($$"""{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{{Body}}}""");

        JsonElement request = Data(Assert.Single(await ResultsAsync(queues, 1)));
        DateTimeOffset created = request.GetProperty("created_at").GetDateTimeOffset();
        Assert.Equal(("a", TimeSpan.FromHours(6)), (request.Text("custom_id"), request.GetProperty("deadline").GetDateTimeOffset() - created));
    }

    [Fact]
    public async Task What_cannot_be_accepted_goes_to_the_dead_letters_with_its_reason_and_its_body()
    {
        (string Text, string Code, string? Field)[] bad =
        [
            ("{ no json", "invalid_message", null),
            ("[]", "invalid_message", null),
            ($$"""{"endpoint":"/v1/chat","body":{{Body}}}""", "invalid_message", "endpoint"),
            ($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"dead_line":"1h"}""", "invalid_message", "dead_line"),
            ($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"deadline":"soon"}""", "invalid_deadline", "deadline"),
            ($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"deadline":"2020-01-01T00:00:00Z"}""", "deadline_past", "deadline"),
            ($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"priority":"high"}""", "invalid_priority", "priority"),
            ($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"webhook":"whk_1"}""", "webhook_not_found", "webhook"),
            ($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"mail":"victim@example.com"}""", "mail_not_configured", "mail"),
            ($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"results":"other"}""", "results_not_found", "results"),
            ($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"endpoint":"/v1/messages"}""", "duplicate_member", "endpoint"),
            ("""{"endpoint":"/v1/chat/completions","body":{"model":"nope","messages":[]}}""", "model_not_found", "model"),
            ("""{"object":"s3://bucket/key.jsonl"}""", "object_not_allowed", "object"),
        ];
        await using QueueBench queues = await OpenAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Eager + queues.Yaml());
        await queues.SendAsync([.. bad.Select(one => one.Text)]);

        var rejects = new Dictionary<string, QueueBench.Received>();
        await Prompts.EventuallyAsync(
            async () =>
            {
                foreach (QueueBench.Received reject in await queues.TakeRejectsAsync())
                {
                    rejects.Add(reject.Body, reject);
                }

                return rejects.Count == bad.Length;
            },
            "every message was given up");
        Assert.Equal(
            bad,
            bad.Select(one => (one.Text, rejects[one.Text].Attributes["leeway_code"], rejects[one.Text].Attributes.GetValueOrDefault("leeway_field"))));
        Assert.All(rejects.Values, reject => Assert.True(reject.Attributes["leeway_message"].Length > 20 && reject.Attributes["leeway_message_id"].Length > 0));
        Assert.DoesNotContain(rejects.Values, reject => reject.Attributes["leeway_message"].Contains("Leeway-", StringComparison.Ordinal));
        await Prompts.EventuallyAsync(async () => await queues.CountRequestsAsync() == 0, "the messages were acknowledged");
        Assert.Empty(await queues.TakeResultsAsync());
    }

    [Fact]
    public async Task Messages_under_one_idempotency_key_are_one_request_and_another_body_under_it_is_refused()
    {
        await using QueueBench queues = await OpenAsync();
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Eager + queues.Yaml());
        string text = $$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"idempotency_key":"order 7","deadline":"1h"}""";
        await queues.SendAsync([text, text, text]);
        await queues.SendAsync($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"deadline":"1h"}""", ("idempotency_key", "order 7"));
        Assert.Single(await ResultsAsync(queues, 1));
        await Prompts.EventuallyAsync(async () => await queues.CountRequestsAsync() == 0, "the messages were acknowledged");

        await queues.SendAsync(text.Replace("hello", "something else", StringComparison.Ordinal));
        QueueBench.Received? reject = null;
        await Prompts.EventuallyAsync(async () => (reject = (await queues.TakeRejectsAsync()).SingleOrDefault()) is not null, "the other body was given up");
        Assert.Equal(("idempotency_mismatch", "idempotency_key"), (reject!.Attributes["leeway_code"], reject.Attributes["leeway_field"]));
        Assert.Single((await RequestsAsync(gateway)).EnumerateArray());
        Assert.Empty(await queues.TakeResultsAsync());
    }

    [Fact]
    public async Task Without_dead_letters_a_bad_message_is_left_to_the_queue_s_own_redrive()
    {
        await using QueueBench queues = await OpenAsync(redriveAfter: 5);
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Eager + queues.Yaml("visibility: 10s,", deadLetter: false));
        await queues.SendAsync("{ no json");

        // It was received, said in the metrics, and not acknowledged.
        await Prompts.EventuallyAsync(
            async () => (await gateway.Admin.GetStringAsync("/metrics")).Contains("leeway_queues_requests_total{", StringComparison.Ordinal),
            "the refusal is counted");
        string metrics = await gateway.Admin.GetStringAsync("/metrics");
        Assert.Contains(metrics.Split('\n'), line => line.StartsWith("leeway_queues_requests", StringComparison.Ordinal)
            && line.Contains("outcome=\"refused\"", StringComparison.Ordinal) && line.Contains("queue=\"work\"", StringComparison.Ordinal));
        Assert.Empty(await queues.TakeRejectsAsync());
    }

    [Fact]
    public async Task A_queue_is_received_from_as_soon_as_the_configuration_has_it()
    {
        await using QueueBench queues = await OpenAsync();
        await using TestGateway gateway = await TestGateway.StartAsync();
        await queues.SendAsync($$"""{"endpoint":"/v1/chat/completions","body":{{Body}},"deadline":"1h"}""");
        await File.AppendAllTextAsync(Path.Combine(gateway.Folder, "leeway.yaml"), queues.Yaml());

        Assert.Single(await ResultsAsync(queues, 1));
    }

    private protected static JsonElement Data(QueueBench.Received received) => JsonDocument.Parse(received.Body).RootElement.GetProperty("data");

    private protected static async Task<JsonElement> RequestsAsync(TestGateway gateway) =>
        JsonDocument.Parse(await gateway.Http.GetStringAsync("/leeway/requests?limit=1000")).RootElement.GetProperty("data");

    private protected static async Task<List<QueueBench.Received>> ResultsAsync(QueueBench queues, int count)
    {
        var results = new List<QueueBench.Received>();
        await Prompts.EventuallyAsync(
            async () =>
            {
                results.AddRange(await queues.TakeResultsAsync());
                return results.Count >= count;
            },
            "the results arrived");
        return results;
    }
}

/// <summary>Short reads.</summary>
internal static class JsonWords
{
    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();
}
