using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Access;
using Leeway.Gateway.Tests.Sdk;

namespace Leeway.Gateway.Tests.Conformance.Specification;

/// <summary>What our OpenAI routes answer fits the schemas that OpenAI publishes for them.</summary>
[Collection(ConformanceCollection.Name)]
public sealed class SpecificationTests(ConformanceGateway gateway, OpenAISpecification specification) : IClassFixture<OpenAISpecification>
{
    private const string Tool =
        ""","tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]""";

    [Theory]
    [InlineData(ConformanceGateway.Gpt)]
    [InlineData(ConformanceGateway.GptByAnthropic)]
    public async Task Chat_completions(string model)
    {
        string ask = $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Ask get_weather."}]""";
        foreach (string path in new[] { "/v1/chat/completions", "/by/6h/v1/chat/completions" })
        {
            await CheckAsync("CreateChatCompletionResponse", path, ask + "}");
            await CheckAsync("CreateChatCompletionResponse", path, ask + Tool + "}");
            await CheckEventsAsync("CreateChatCompletionStreamResponse", path, ask + ""","stream":true,"stream_options":{"include_usage":true}}""");
            await CheckEventsAsync("CreateChatCompletionStreamResponse", path, ask + Tool + ""","stream":true}""");
        }

        Tell();
    }

    [Fact]
    public async Task Completions_embeddings_and_models()
    {
        string ask = $$"""{"model":"{{ConformanceGateway.Gpt}}","prompt":"Once upon a time","max_tokens":20""";
        foreach (string path in new[] { "", "/by/6h" })
        {
            await CheckAsync("CreateCompletionResponse", $"{path}/v1/completions", ask + "}");
            await CheckEventsAsync("CreateCompletionResponse", $"{path}/v1/completions", ask + ""","stream":true}""");
            await CheckAsync("CreateEmbeddingResponse", $"{path}/v1/embeddings", $$"""{"model":"{{ConformanceGateway.Embedding}}","input":["one","two"]}""");
        }

        await CheckAsync("ListModelsResponse", "/v1/models");
        await CheckAsync("Model", $"/v1/models/{ConformanceGateway.Gpt}");
        Tell();
    }

    [Theory]
    [InlineData(ConformanceGateway.Gpt)]
    [InlineData(ConformanceGateway.GptByAnthropic)]
    public async Task Responses(string model)
    {
        string ask = $$"""{"model":"{{model}}","input":"Ask get_weather.","instructions":"Be kind." """;
        const string tool = ""","tools":[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false},"strict":true}]""";
        await CheckAsync("Response", "/v1/responses", ask + "}");
        await CheckAsync("Response", "/by/6h/v1/responses", ask + "}");
        await CheckAsync("Response", "/v1/responses", ask + tool + "}");
        await CheckEventsAsync("ResponseStreamEvent", "/v1/responses", ask + ""","stream":true}""");
        await CheckEventsAsync("ResponseStreamEvent", "/by/6h/v1/responses", ask + ""","stream":true}""");
        await CheckEventsAsync("ResponseStreamEvent", "/v1/responses", ask + tool + ""","stream":true}""");

        await CheckEventsAsync("ResponseStreamEvent", "/v1/responses", ask + ""","background":true,"stream":true}""");
        foreach (string more in new[] { "", tool })
        {
            JsonElement response = await CheckAsync("Response", "/v1/responses", ask + more + ""","background":true}""");
            string place = $"/v1/responses/{response.GetProperty("id").GetString()}";
            await Prompts.EventuallyAsync(async () => (await CheckAsync("Response", place)).GetProperty("status").GetString() == "completed", "the response is complete");
            await CheckAsync("ResponseItemList", $"{place}/input_items");
        }

        JsonElement other = await CheckAsync("Response", "/by/24h/v1/responses", ask + ""","background":true}""");
        await CheckAsync("Response", $"/v1/responses/{other.GetProperty("id").GetString()}/cancel", "");
        Tell();
    }

    [Fact]
    public async Task Files_and_uploads()
    {
        JsonElement file = await CheckAsync("OpenAIFile", await UploadAsync("/v1/files", "user_data", "file", "some text"), "an upload");
        await CheckAsync("OpenAIFile", $"/v1/files/{Id(file)}");
        await CheckAsync("ListFilesResponse", "/v1/files?limit=2");
        await CheckAsync("DeleteFileResponse", await gateway.Gateway.CallAsync(gateway.Key, HttpMethod.Delete, $"/v1/files/{Id(file)}"), "a deletion");

        JsonElement upload = await CheckAsync("Upload", "/v1/uploads", """{"purpose":"user_data","filename":"parts.txt","bytes":9,"mime_type":"text/plain"}""");
        JsonElement part = await CheckAsync("UploadPart", await UploadAsync($"/v1/uploads/{Id(upload)}/parts", null, "data", "some text"), "a part");
        await CheckAsync("Upload", $"/v1/uploads/{Id(upload)}/complete", $$"""{"part_ids":["{{Id(part)}}"]}""");
        JsonElement other = await CheckAsync("Upload", "/v1/uploads", """{"purpose":"user_data","filename":"parts.txt","bytes":9,"mime_type":"text/plain"}""");
        await CheckAsync("Upload", $"/v1/uploads/{Id(other)}/cancel", "");
        Tell();
    }

    [Fact]
    public async Task Batches()
    {
        string lines = string.Join('\n', new[] { Prompts.Body("one"), """{"model":"gpt-4o-mini","messages":[]}""" }.Select((body, index) =>
            $$"""{"custom_id":"line {{index}}","method":"POST","url":"/v1/chat/completions","body":{{body}}}"""));
        JsonElement file = await CheckAsync("OpenAIFile", await UploadAsync("/v1/files", "batch", "file", lines), "an upload");
        string create = $$"""{"input_file_id":"{{Id(file)}}","endpoint":"/v1/chat/completions","completion_window":"24h"}""";
        JsonElement batch = await CheckAsync("Batch", "/v1/batches", create);
        await Prompts.EventuallyAsync(async () => (batch = await CheckAsync("Batch", $"/v1/batches/{Id(batch)}")).GetProperty("status").GetString() == "completed", "the batch is complete");
        foreach (string end in new[] { "output_file_id", "error_file_id" })
        {
            string id = batch.GetProperty(end).GetString()!;
            await CheckAsync("OpenAIFile", $"/v1/files/{id}");
            using HttpResponseMessage rows = await gateway.Gateway.CallAsync(gateway.Key, HttpMethod.Get, $"/v1/files/{id}/content");
            foreach (string row in (await rows.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                JsonElement body = JsonDocument.Parse(row).RootElement.GetProperty("response").GetProperty("body");
                specification.Check(end == "output_file_id" ? "CreateChatCompletionResponse" : "ErrorResponse", body, $"a row of {end}");
            }
        }

        await CheckAsync("ListBatchesResponse", "/v1/batches?limit=2");
        JsonElement other = await CheckAsync("Batch", "/v1/batches", create);
        await CheckAsync("Batch", $"/v1/batches/{Id(other)}/cancel", "");
        Tell();
    }

    [Theory]
    [InlineData("POST", "/v1/chat/completions", "{")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"gpt-0","messages":[]}""")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"gpt-4o-mini","messages":[]}""")]
    [InlineData("POST", "/v1/chat/completions", """{"model":"gpt-by-anthropic","messages":[]}""")]
    [InlineData("POST", "/v1/responses", "[]")]
    [InlineData("POST", "/v1/embeddings", "{}")]
    [InlineData("POST", "/v1/completions", "{}")]
    [InlineData("POST", "/v1/batches", "{}")]
    [InlineData("GET", "/v1/files/file-nobodys", null)]
    [InlineData("GET", "/v1/batches/batch_nobodys", null)]
    [InlineData("GET", "/v1/responses/resp_nobodys", null)]
    [InlineData("GET", "/v1/nothing", null)]
    [InlineData("DELETE", "/v1/chat/completions", null)]
    public async Task Errors(string method, string path, string? body)
    {
        using HttpResponseMessage answer = await gateway.Gateway.CallAsync(gateway.Key, new HttpMethod(method), path, body);
        Assert.InRange((int)answer.StatusCode, 400, 499);
        specification.Check("ErrorResponse", JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement, $"{method} {path}");
    }

    private static string Id(JsonElement value) => value.GetProperty("id").GetString()!;

    private void Tell() => TestContext.Current.TestOutputHelper?.WriteLine($"{specification.Checked} answers and events fit");

    private async Task<JsonElement> CheckAsync(string schema, string path, string? post = null) =>
        await CheckAsync(schema, await gateway.Gateway.CallAsync(gateway.Key, post is null ? HttpMethod.Get : HttpMethod.Post, path, post), path);

    private async Task<JsonElement> CheckAsync(string schema, HttpResponseMessage answer, string what)
    {
        using (answer)
        {
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{what}: {(int)answer.StatusCode} {text}");
            JsonElement value = JsonDocument.Parse(text).RootElement;
            specification.Check(schema, value, what);
            return value;
        }
    }

    private async Task CheckEventsAsync(string schema, string path, string body)
    {
        using HttpResponseMessage answer = await gateway.Gateway.CallAsync(gateway.Key, HttpMethod.Post, path, body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        string[] events = [.. text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]).Where(data => data != "[DONE]")];
        Assert.True(events.Length > 0, text);
        foreach (string data in events)
        {
            JsonElement value = JsonDocument.Parse(data).RootElement;
            if (schema == "ResponseStreamEvent")
            {
                specification.CheckEvent(value, path);
            }
            else
            {
                specification.Check(schema, value, $"an event of {path}");
            }
        }
    }

    private async Task<HttpResponseMessage> UploadAsync(string path, string? purpose, string field, string content)
    {
        using var form = new MultipartFormDataContent();
        if (purpose is not null)
        {
            form.Add(new StringContent(purpose), "purpose");
        }

        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(content)), field, "some.jsonl");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        request.Headers.Authorization = new("Bearer", gateway.Key);
        return await gateway.Gateway.Http.SendAsync(request);
    }
}
