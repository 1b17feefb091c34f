using System.Globalization;
using System.Text.Json;
using Leeway.Gateway.Tests.Conformance;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>Calls in real time that are answered whole, from clients of every dialect.</summary>
public abstract class TextConformance<TVendor>(VendorGateway<TVendor> bench) : Conformance<TVendor>(bench)
    where TVendor : Vendor, new()
{
    [Fact]
    public async Task A_chat_is_answered_with_its_tokens_and_its_price()
    {
        decimal before = (await Bench.BillAsync()).BilledUsd;
        string body = Chat("What is leeway?");

        using HttpResponseMessage answer = await PostAsync("/v1/chat/completions", body);
        JsonElement completion = await OkAsync(answer);

        Assert.StartsWith(Mark(body), TextOf(completion), StringComparison.Ordinal);
        Assert.Equal("chat.completion", completion.GetProperty("object").GetString());
        Assert.Equal("stop", completion.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        JsonElement usage = completion.GetProperty("usage");
        Assert.True(usage.GetProperty("prompt_tokens").GetInt32() > 0);
        Assert.True(usage.GetProperty("completion_tokens").GetInt32() > 0);
        Assert.Equal("realtime", answer.Headers.GetValues("Leeway-Lane").Single());
        Assert.Equal((await Bench.BillAsync()).BilledUsd - before, decimal.Parse(answer.Headers.GetValues("Leeway-Cost").Single(), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_system_prompt_and_a_conversation_arrive_whole()
    {
        const string Body = """
            {"model":"model","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"One"},{"role":"assistant","content":"Two"},{"role":"user","content":"Three é 漢字 \"quoted\""}]}
            """;

        Assert.StartsWith(Mark(Body), TextOf(await CompleteAsync(Body)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_most_tokens_that_a_caller_allows_end_the_answer()
    {
        JsonElement completion = await CompleteAsync(Chat("What is leeway?", ",\"max_tokens\":5"));

        Assert.Equal("length", completion.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(5, completion.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stop_sequence_ends_the_answer()
    {
        string whole = TextOf(await CompleteAsync(Chat("What is leeway?")));
        string[] words = whole.Split(' ');

        string cut = TextOf(await CompleteAsync(Chat("What is leeway?", $",\"stop\":[{JsonSerializer.Serialize(" " + words[4])}]")));

        Assert.True(cut.Length < whole.Length && whole.StartsWith(cut, StringComparison.Ordinal), $"'{cut}' of '{whole}'");
    }

    [Fact]
    public async Task A_client_of_messages_is_answered_with_a_message()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/messages", """{"model":"model","max_tokens":200,"messages":[{"role":"user","content":"What is leeway?"}]}""", ("anthropic-version", "2023-06-01"));
        JsonElement message = await OkAsync(answer);

        Assert.Equal("message", message.GetProperty("type").GetString());
        Assert.StartsWith(Mark(Chat("What is leeway?")), message.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("end_turn", message.GetProperty("stop_reason").GetString());
        Assert.True(message.GetProperty("usage").GetProperty("output_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task A_client_of_responses_is_answered_with_a_response()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/responses", """{"model":"model","input":"What is leeway?"}""");
        JsonElement response = await OkAsync(answer);

        Assert.Equal("completed", response.GetProperty("status").GetString());
        JsonElement message = response.GetProperty("output").EnumerateArray().Single(item => item.GetProperty("type").GetString() == "message");
        Assert.StartsWith(Mark(Chat("What is leeway?")), message.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_is_seen_or_refused_by_name()
    {
        string picture = "data:image/png;base64," + Pixel.Base64;
        string body = $$"""{"model":"model","messages":[{"role":"user","content":[{"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"{{picture}}"} }]}]}""";

        using HttpResponseMessage answer = await PostAsync("/v1/chat/completions", body);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Vendor.TakesImages, answer.IsSuccessStatusCode);
        Assert.Contains(Vendor.TakesImages ? "image:" : "image", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_shapes_the_answer_or_is_refused_by_name()
    {
        string body = Chat("Where?", ""","response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","properties":{"word":{"type":"string"}},"required":["word"],"additionalProperties":false}}}""");

        using HttpResponseMessage answer = await PostAsync("/v1/chat/completions", body);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Vendor.TakesSchemas, answer.IsSuccessStatusCode);
        if (Vendor.TakesSchemas)
        {
            Assert.True(JsonDocument.Parse(TextOf(JsonDocument.Parse(text).RootElement)).RootElement.TryGetProperty("word", out _), text);
        }
        else
        {
            Assert.Contains("response_format", text, StringComparison.Ordinal);
        }
    }
}
