using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Embeddings;

namespace Leeway.Tests.Sandbox.Aws;

/// <summary>Bedrock's models of embeddings: bodies of InvokeModel, each in its maker's shape.</summary>
public sealed class EmbeddingTests
{
    private const string Titan = "/model/amazon.titan-embed-text-v2:0/";
    private const string Cohere = "/model/cohere.embed-english-v3/";

    [Fact]
    public async Task Titan_embeds_one_text_and_counts_its_tokens()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        JsonElement answer = await caller.PostAsync("bedrock", Titan + "invoke", """{"inputText":"hello","dimensions":256,"normalize":true,"embeddingTypes":["binary","float"]}""");

        Assert.Equal(EmbeddingVector.Of("hello", 256), Floats(answer.GetProperty("embedding")));
        JsonElement byType = answer.GetProperty("embeddingsByType");
        Assert.Equal(EmbeddingVector.Of("hello", 256), Floats(byType.GetProperty("float")));
        Assert.Equal(EmbeddingVector.Of("hello", 256).Select(value => value >= 0 ? 1 : 0), byType.GetProperty("binary").EnumerateArray().Select(bit => bit.GetInt32()));
        long tokens = answer.GetProperty("inputTextTokenCount").GetInt64();
        Assert.Equal(tokens * 0.02m / 1_000_000, (await caller.Sandbox.Server.ReadLedgerAsync()).BilledUsd);
    }

    [Fact]
    public async Task Cohere_embeds_many_texts_and_only_the_header_counts_their_tokens()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        using HttpResponseMessage response = await caller.SendAsync("bedrock", Cohere + "invoke", """{"input_type":"search_document","texts":["one","two"]}""");
        JsonElement answer = SandboxClient.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("embeddings_floats", answer.GetProperty("response_type").GetString());
        Assert.Equal([EmbeddingVector.Of("one"), EmbeddingVector.Of("two")], answer.GetProperty("embeddings").EnumerateArray().Select(Floats));
        Assert.Equal(["one", "two"], answer.GetProperty("texts").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal("digest:" + answer.GetProperty("id").GetString(), "digest:" + PromptDigest.OfEmbeddings(SandboxClient.Parse("""{"input":["one","two"]}""")));
        long tokens = long.Parse(response.Headers.GetValues("x-amzn-bedrock-input-token-count").Single(), CultureInfo.InvariantCulture);
        Assert.Equal(tokens * 0.10m / 1_000_000, (await caller.Sandbox.Server.ReadLedgerAsync()).BilledUsd);
    }

    [Fact]
    public async Task Cohere_answers_by_type_when_types_are_asked_for()
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        JsonElement answer = await caller.PostAsync("bedrock", Cohere + "invoke", """{"input_type":"clustering","texts":["one"],"embedding_types":["float","int8"],"truncate":"END"}""");

        Assert.Equal("embeddings_by_type", answer.GetProperty("response_type").GetString());
        JsonElement embeddings = answer.GetProperty("embeddings");
        Assert.Equal(EmbeddingVector.Of("one"), Floats(embeddings.GetProperty("float")[0]));
        Assert.All(embeddings.GetProperty("int8")[0].EnumerateArray(), value => Assert.InRange(value.GetInt32(), -127, 127));
    }

    [Theory]
    [InlineData(Titan, """{"text":"hello"}""", "inputText")]
    [InlineData(Titan, """{"inputText":["a","b"]}""", "inputText")]
    [InlineData(Titan, """{"inputText":"hello","dimensions":100}""", "dimensions")]
    [InlineData(Titan, """{"inputText":"hello","embeddingTypes":["int8"]}""", "embeddingTypes")]
    [InlineData(Cohere, """{"texts":["hello"]}""", "input_type")]
    [InlineData(Cohere, """{"input_type":"search_query","texts":[]}""", "texts")]
    [InlineData(Cohere, """{"input_type":"search_query","texts":["hello"],"truncate":"MIDDLE"}""", "truncate")]
    public async Task What_is_wrong_is_named(string model, string body, string field)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        (int status, string? type, string message) = await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", model + "invoke", body));
        Assert.Equal((400, "ValidationException"), (status, type));
        Assert.Contains(field, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("converse")]
    [InlineData("converse-stream")]
    [InlineData("invoke-with-response-stream")]
    public async Task There_is_no_conversation_and_no_stream(string operation)
    {
        await using AwsCaller caller = await AwsCaller.StartAsync();
        string body = operation.StartsWith("converse", StringComparison.Ordinal) ? AwsCaller.Converse("hello") : """{"inputText":"hello"}""";
        Assert.Equal(400, (await AwsCaller.ErrorAsync(caller.SendAsync("bedrock", Titan + operation, body))).Status);
    }

    private static float[] Floats(JsonElement vector) => [.. vector.EnumerateArray().Select(value => value.GetSingle())];
}
