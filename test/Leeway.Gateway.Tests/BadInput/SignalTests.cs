using System.Net.Http.Headers;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>What a request says about its waiting, when it cannot be meant.</summary>
[Collection(QuietCollection.Name)]
public sealed class SignalTests(QuietGateway quiet)
{
    private const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""";
    private const string Unchanged = "Nothing was sent or queued";

    [Theory]
    [InlineData("-1h", "invalid_deadline", "'-1h' leaves no time", "15m")]
    [InlineData("0", "invalid_deadline", "'0' leaves no time", "15m")]
    [InlineData("0s", "invalid_deadline", "'0s' leaves no time", "15m")]
    [InlineData("", "invalid_deadline", "empty", "15m")]
    [InlineData("6 hours", "invalid_deadline", "'6 hours' is not a deadline", "15m")]
    [InlineData("P1D", "invalid_deadline", "'P1D' is not a deadline", "15m")]
    [InlineData("soon", "invalid_deadline", "'soon' is not a deadline", "15m")]
    [InlineData("6h, 7h", "invalid_deadline", "'6h, 7h' is not a deadline", "15m")]
    [InlineData("25:00", "invalid_deadline", "'25:00' is not a deadline", "07:00")]
    [InlineData("2026-02-30T07:00:00Z", "invalid_deadline", "'2026-02-30T07:00:00Z' is not a deadline: there is no such day")]
    [InlineData("2027-01-01T07:00:00", "invalid_deadline", "'2027-01-01T07:00:00' names no zone")]
    [InlineData("2027-01-01T23:59:60Z", "invalid_deadline", "'2027-01-01T23:59:60Z' is not an instant")]
    [InlineData("1e309h", "invalid_deadline", "'1e309h' is not a deadline")]
    [InlineData("999999999999999999999999d", "deadline_too_far", "'999999999999999999999999d'", "at most 7d")]
    [InlineData("8d", "deadline_too_far", "'8d'", "at most 7d")]
    [InlineData("2126-01-01T00:00:00Z", "deadline_too_far", "'2126-01-01T00:00:00Z'", "at most 7d")]
    [InlineData("2020-01-01T00:00:00Z", "deadline_past", "'2020-01-01T00:00:00Z' is over", "in the future")]
    public async Task A_deadline_that_cannot_be_meant_is_refused(string deadline, string code, params string[] said)
    {
        await quiet.AssertRefusedAsync(await quiet.PostAsync(Body, ("Leeway-Deadline", deadline)), 400, code, "Leeway-Deadline", [.. said, Unchanged]);
        await quiet.AssertRefusedAsync(await quiet.PostAsync(Body, ("Offpeak-Deadline", deadline)), 400, code, "Offpeak-Deadline", [.. said, Unchanged]);
        await quiet.AssertRefusedAsync(
            await quiet.PostAsync($$$"""{"model":"gpt-4o-mini","messages":[],"metadata":{"leeway_deadline":"{{{deadline}}}"}}"""),
            400, code, "metadata.leeway_deadline", [.. said, Unchanged]);
    }

    [Fact]
    public async Task A_deadline_of_a_kilobyte_is_refused_unread_and_shortened()
    {
        string deadline = new('9', 1000);
        await quiet.AssertRefusedAsync(await quiet.PostAsync(Body, ("Leeway-Deadline", deadline)), 400, "invalid_deadline", "Leeway-Deadline", "1000 characters", "at most 64");
    }

    [Theory]
    [InlineData("soonish", "invalid_deadline")]
    [InlineData("-6h", "invalid_deadline")]
    [InlineData("9d", "deadline_too_far")]
    [InlineData("2020-01-01T00:00:00Z", "deadline_past")]
    public async Task A_bad_base_path_is_refused_for_calls_and_for_the_list_of_models(string by, string code)
    {
        await quiet.AssertRefusedAsync(await quiet.Gateway.PostAsync($"/by/{by}/v1/chat/completions", Body), 400, code, "path", $"'{by}'", "urgent, standard and low");
        await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Get, $"/by/{by}/v1/models"), 400, code, "path", $"'{by}'", "urgent, standard and low");
        await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Get, $"/by/{by}/v1/models/gpt-4o-mini"), 400, code, "path", $"'{by}'", "urgent, standard and low");
    }

    [Theory]
    [InlineData("hgih")]
    [InlineData("URGENTLY")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("6h")]
    public async Task An_unknown_priority_is_refused(string priority)
    {
        await quiet.AssertRefusedAsync(
            await quiet.PostAsync(Body, ("Leeway-Priority", priority)), 400, "invalid_priority", "Leeway-Priority", $"'{priority}' in Leeway-Priority", "urgent, standard or low", Unchanged);
        await quiet.AssertRefusedAsync(
            await quiet.PostAsync($$$"""{"model":"gpt-4o-mini","messages":[],"metadata":{"leeway_priority":"{{{priority}}}"}}"""),
            400, "invalid_priority", "metadata.leeway_priority", $"'{priority}'", Unchanged);
    }

    [Theory]
    [InlineData("gpt-4o-mini@", "")]
    [InlineData("gpt-4o-mini@6x", "6x")]
    [InlineData("gpt-4o-mini@-6h", "-6h")]
    [InlineData("gpt-4o-mini@lowest", "lowest")]
    [InlineData("gpt-4o-mini@30d", "30d")]
    public async Task A_bad_model_suffix_is_refused(string model, string suffix) => await quiet.AssertRefusedAsync(
        await quiet.PostAsync($$"""{"model":"{{model}}","messages":[]}"""),
        400, "invalid_model_suffix", "model suffix", suffix.Length == 0 ? "empty" : $"'{suffix}'", "urgent, standard and low", Unchanged);

    [Theory]
    [InlineData("Leeway-Deadline", "6h", "Leeway-Priority", "urgent")]
    [InlineData("Leeway-Deadline", "1m", "Leeway-Priority", "low")]
    [InlineData("Leeway-Deadline", "6h", "Offpeak-Deadline", "7h")]
    [InlineData("Leeway-Deadline", "now", "Leeway-Priority", "low")]
    public async Task Two_signals_that_contradict_each_other_are_refused_and_both_named(string one, string first, string other, string second) => await quiet.AssertRefusedAsync(
        await quiet.PostAsync(Body, (one, first), (other, second)),
        400, "conflicting_signals", $"{one}, {other}", $"{one} '{first}' and {other} '{second}' mean different things", "Send only one of", Unchanged);

    [Fact]
    public async Task Two_signals_in_metadata_that_contradict_each_other_are_refused() => await quiet.AssertRefusedAsync(
        await quiet.PostAsync("""{"model":"gpt-4o-mini","messages":[],"metadata":{"leeway_deadline":"6h","leeway_priority":"urgent"}}"""),
        400, "conflicting_signals", "metadata.leeway_deadline, metadata.leeway_priority", "'6h'", "'urgent'", Unchanged);

    [Theory]
    [InlineData("express", "unknown_lane", "'express'", "realtime, flex, batch")]
    [InlineData("", "unknown_lane", "''", "Leave Leeway-Lane out")]
    [InlineData("flex", "conflicting_signals", "flex", "Add Leeway-Deadline")]
    [InlineData("cache", "lane_unavailable", "'cache'", "realtime or batch")]
    [InlineData("selfhosted", "lane_unavailable", "'selfhosted'", "realtime or batch")]
    [InlineData("batch", "conflicting_signals", "batch", "Add Leeway-Deadline")]
    public async Task A_lane_that_cannot_be_had_is_refused(string lane, string code, params string[] said) =>
        await quiet.AssertRefusedAsync(await quiet.PostAsync(Body, ("Leeway-Lane", lane)), 400, code, "Leeway-Lane", said);

    [Fact]
    public async Task A_batch_lane_before_a_deadline_it_cannot_meet_is_refused_with_the_alternatives_and_their_prices() => await quiet.AssertRefusedAsync(
        await quiet.PostAsync(Body, ("Leeway-Lane", "batch"), ("Leeway-Deadline", "1m")),
        422, "deadline_infeasible", "Leeway-Deadline", "1 min are left", "Leeway-Lane: realtime for about $0.", "a deadline from", "Nothing was queued");

    [Theory]
    [InlineData("free")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e309")]
    [InlineData("0,05")]
    [InlineData("$1")]
    [InlineData("")]
    public async Task A_cost_limit_that_is_no_amount_is_refused(string cost)
    {
        await quiet.AssertRefusedAsync(await quiet.PostAsync(Body, ("Leeway-Max-Cost", cost)), 400, "invalid_max_cost", "Leeway-Max-Cost", $"'{cost}'", "0.05", Unchanged);
        await quiet.AssertRefusedAsync(
            await quiet.PostAsync(Body, ("Leeway-Max-Cost", cost), ("Leeway-Deadline", "6h")), 400, "invalid_max_cost", "Leeway-Max-Cost", $"'{cost}'", Unchanged);
    }

    [Theory]
    [InlineData("6h", "batch", "")]
    [InlineData("now", "real-time", "")]
    [InlineData("6h", "batch", ",\"n\":2147483647,\"max_tokens\":1000000")]
    [InlineData("now", "real-time", ",\"n\":2147483647,\"max_tokens\":1000000")]
    [InlineData("6h", "batch", ",\"max_tokens\":9223372036854775807")]
    public async Task A_request_dearer_than_its_limit_is_refused_with_the_estimate_however_absurd_its_size(string deadline, string lane, string more) => await quiet.AssertRefusedAsync(
        await quiet.PostAsync($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]{{more}}}""", ("Leeway-Deadline", deadline), ("Leeway-Max-Cost", "0.00000001")),
        400, "max_cost_exceeded", "Leeway-Max-Cost", "0.00000001", $"in the {lane} lane", "nothing was queued");

    [Fact]
    public async Task A_stream_with_respond_async_is_refused() => await quiet.AssertRefusedAsync(
        await quiet.PostAsync("""{"model":"gpt-4o-mini","stream":true,"messages":[]}""", ("Leeway-Deadline", "6h"), ("Prefer", "respond-async")),
        400, "stream_with_respond_async", "stream", "stream: true", "respond-async", "Leave one of them out", "Nothing was queued");

    [Fact]
    public async Task Respond_async_on_a_request_that_does_not_wait_is_refused() => await quiet.AssertRefusedAsync(
        await quiet.PostAsync(Body, ("Prefer", "respond-async")), 400, "conflicting_signals", "Prefer", "respond-async", "Add Leeway-Deadline");

    [Theory]
    [InlineData("wait=abc")]
    [InlineData("wait=-5")]
    [InlineData("wait=1.5")]
    [InlineData("wait=")]
    [InlineData("wait=86401")]
    [InlineData("wait=2147483647")]
    [InlineData("wait=99999999999999999999")]
    public async Task A_wait_that_is_no_number_of_seconds_is_refused(string preference)
    {
        await quiet.AssertRefusedAsync(
            await quiet.PostAsync(Body, ("Prefer", $"respond-async, {preference}"), ("Leeway-Deadline", "6h")), 400, "invalid_prefer", "Prefer", $"'{preference}'", "wait=10", Unchanged);
        await quiet.AssertRefusedAsync(await quiet.PostAsync(Body, ("Prefer", preference)), 400, "invalid_prefer", "Prefer", $"'{preference}'", "wait=10", Unchanged);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    public async Task An_empty_idempotency_key_is_refused(string key) => await quiet.AssertRefusedAsync(
        await quiet.PostAsync(Body, ("Idempotency-Key", key), ("Leeway-Deadline", "6h")), 400, "invalid_idempotency_key", "Idempotency-Key", "1 to 255 characters", "Nothing was queued");

    [Fact]
    public async Task An_idempotency_key_of_three_hundred_characters_is_refused_and_shortened() => await quiet.AssertRefusedAsync(
        await quiet.PostAsync(Body, ("Idempotency-Key", new string('k', 300)), ("Leeway-Deadline", "6h")), 400, "invalid_idempotency_key", "Idempotency-Key", "kkk…", "300 characters");

    [Theory]
    [InlineData("https://example.com/hook")]
    [InlineData("http://127.0.0.1/hook")]
    [InlineData("whk_00000000000000000000000000000000")]
    [InlineData("whk_")]
    [InlineData("")]
    public async Task A_webhook_that_is_not_registered_is_refused(string webhook) => await quiet.AssertRefusedAsync(
        await quiet.PostAsync(Body, ("Leeway-Webhook", webhook), ("Leeway-Deadline", "6h")), 400, "webhook_not_found", "Leeway-Webhook", $"'{webhook}'", "leeway webhook add", "Nothing was queued");

    [Fact]
    public async Task A_webhook_on_a_request_that_does_not_wait_is_refused() => await quiet.AssertRefusedAsync(
        await quiet.PostAsync(Body, ("Leeway-Webhook", "whk_00000000000000000000000000000000")), 400, "conflicting_signals", "Leeway-Webhook", "whk_0", "Add Leeway-Deadline");

    [Fact]
    public async Task Control_characters_in_a_value_do_not_reach_the_message()
    {
        using HttpResponseMessage answer = await quiet.PostAsync("""{"model":"gpt-4o-mini@\u001b[2J\r\n","messages":[]}""");
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain("u001b", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("application/json", Assert.IsType<MediaTypeHeaderValue>(answer.Content.Headers.ContentType).MediaType);
    }
}
