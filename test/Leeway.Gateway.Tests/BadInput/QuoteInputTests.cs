namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Questions for a quote that cannot be meant: each names the member, its value and what to do.</summary>
[Collection(QuietCollection.Name)]
public sealed class QuoteInputTests(QuietGateway quiet)
{
    private const string Size = "\"endpoint\":\"/v1/chat/completions\",\"input_tokens\":10,\"output_tokens\":10";
    private const string Unchanged = "Nothing was sent or queued";

    [Theory]
    [InlineData("", "body_missing", null, "endpoint")]
    [InlineData("quote me", "invalid_json", null, "line 1, column 1")]
    [InlineData("[]", "body_not_an_object", null, "array []")]
    [InlineData("""{"endpoint":"/v1/chat/completions","endpoint":"/v1/messages"}""", "invalid_json", null, "twice")]
    [InlineData("""{"body":{"model":"gpt-4o-mini"}}""", "missing_member", "endpoint", "'endpoint' is missing", "/v1/chat/completions")]
    [InlineData("""{"endpoint":7,"body":{"model":"gpt-4o-mini"}}""", "invalid_type", "endpoint", "number 7")]
    [InlineData("""{"endpoint":"/v1/images","body":{"model":"gpt-4o-mini"}}""", "invalid_parameter", "endpoint", "'/v1/images'", "/v1/embeddings")]
    [InlineData("""{"endpoint":"/v1/chat/completions"}""", "missing_member", "body", "'body' is missing", "input_tokens")]
    [InlineData("""{"endpoint":"/v1/chat/completions","body":"hi"}""", "invalid_type", "body", "string")]
    [InlineData("""{"endpoint":"/v1/chat/completions","body":{"messages":[]}}""", "missing_model", "model")]
    [InlineData("""{"endpoint":"/v1/chat/completions","body":{"model":"gpt-4o-mini"},"output_tokens":5}""", "conflicting_signals", "output_tokens", "beside 'body'")]
    [InlineData("""{"endpoint":"/v1/chat/completions","model":"gpt-4o-mini","output_tokens":5}""", "missing_member", "input_tokens", "'input_tokens' is missing")]
    [InlineData("""{"endpoint":"/v1/chat/completions","model":"gpt-4o-mini","input_tokens":-1,"output_tokens":5}""", "invalid_type", "input_tokens", "number -1", "from 0 to 100000000")]
    [InlineData("""{"endpoint":"/v1/chat/completions","model":"gpt-4o-mini","input_tokens":1e300,"output_tokens":5}""", "invalid_type", "input_tokens", "number 1e300")]
    [InlineData("""{"endpoint":"/v1/messages","body":{"model":"gpt-4o-mini","messages":[]}}""", "missing_member", "max_tokens", "max_tokens")]
    [InlineData("""{"endpoint":"/v1/chat/completions","body":{"model":"gpt-4o-mini"},"by":"6h"}""", "invalid_parameter", "by", "no member 'by'", "deadline")]
    [InlineData("""{"endpoint":"/v1/chat/completions","body":{"model":"gpt-4o-mini"},"deadline":6}""", "invalid_type", "deadline", "number 6")]
    public async Task What_cannot_be_quoted_is_named(string asked, string code, string? field, params string[] said) =>
        await quiet.AssertRefusedAsync(await quiet.Gateway.PostAsync("/leeway/quote", asked), 400, code, field, [.. said, Unchanged]);

    [Theory]
    [InlineData("gpt-5-nano-banana", 404, "model_not_found", "gpt-5-nano-banana")]
    [InlineData("mystery", 400, "model_unpriced", "mystery")]
    public async Task A_model_that_is_not_served_or_not_priced_is_named(string model, int status, string code, string said) =>
        await quiet.AssertRefusedAsync(await quiet.Gateway.PostAsync("/leeway/quote", $$"""{{{Size}},"model":"{{model}}"}"""), status, code, "model", said);

    [Theory]
    [InlineData("deadline", "soon", "invalid_deadline", "'soon'")]
    [InlineData("deadline", "8d", "deadline_too_far", "at most 7d")]
    [InlineData("deadline", "2020-01-01T00:00:00Z", "deadline_past", "in the future")]
    [InlineData("priority", "high", "invalid_priority", "'high'")]
    [InlineData("lane", "express", "unknown_lane", "'express'")]
    [InlineData("lane", "batch", "conflicting_signals", "Add Leeway-Deadline")]
    [InlineData("max_cost", "free", "invalid_max_cost", "'free'")]
    public async Task A_signal_that_cannot_be_honoured_is_named_as_the_member_it_came_in(string member, string value, string code, string said) =>
        await quiet.AssertRefusedAsync(await quiet.Gateway.PostAsync("/leeway/quote", $$"""{{{Size}},"model":"gpt-4o-mini","{{member}}":"{{value}}"}"""), 400, code, member, said);

    [Fact]
    public async Task A_quote_is_asked_for_with_post_and_json()
    {
        using HttpResponseMessage got = await quiet.SendAsync(HttpMethod.Get, "/leeway/quote");
        Assert.Equal(405, (int)got.StatusCode);
        await quiet.AssertRefusedAsync(await quiet.SendAsync(HttpMethod.Post, "/leeway/quote", "{}"u8.ToArray(), "text/plain"), 415, "unsupported_media_type", "Content-Type", "text/plain");
    }
}
