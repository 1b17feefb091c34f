using System.Net.Http.Headers;
using System.Text.Json;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;

namespace Leeway.Tests.Sandbox;

public sealed class AzureTests
{
    [Theory]
    [InlineData("/openai/v1/chat/completions", "gpt-4o-mini")]
    [InlineData("/openai/deployments/gpt-4o-mini/chat/completions?" + AzureClient.Version, "unused")]
    public async Task A_deployment_answers_under_both_forms_of_the_url_and_tells_its_model(string path, string model)
    {
        await using var azure = await AzureClient.StartAsync(new SandboxOptions
        {
            Law = "instant",
            AzureDeployments = [new AzureDeployment("mine", "gpt-4o-mini", "Standard")],
        });
        foreach (var (one, body) in new[] { (path, AzureClient.Chat(model)), (path.Replace("gpt-4o-mini", "mine", StringComparison.Ordinal), AzureClient.Chat("mine")) })
        {
            var answer = await azure.PostAsync(one, body);
            Assert.Contains(PromptDigest.OfChat(SandboxClient.Parse(body)), SandboxClient.Content(answer), StringComparison.Ordinal);
            Assert.Equal("gpt-4o-mini", answer.GetProperty("model").GetString());
        }

        Assert.Equal(2, (await azure.Sandbox.Server.ReadLedgerAsync()).RealTime.Billed);
    }

    [Fact]
    public async Task The_filters_findings_come_with_prompt_and_choice()
    {
        await using var azure = await AzureClient.StartAsync();
        var answer = await azure.PostAsync("/openai/v1/chat/completions", AzureClient.Chat("gpt-4o", more: ",\"n\":2"));

        var prompt = Assert.Single(answer.GetProperty("prompt_filter_results").EnumerateArray());
        Assert.Equal("safe", prompt.GetProperty("content_filter_results").GetProperty("violence").GetProperty("severity").GetString());
        Assert.All(answer.GetProperty("choices").EnumerateArray(), choice =>
            Assert.False(choice.GetProperty("content_filter_results").GetProperty("hate").GetProperty("filtered").GetBoolean()));
    }

    [Fact]
    public async Task The_first_chunk_of_a_stream_has_no_choice()
    {
        await using var azure = await AzureClient.StartAsync();
        using var stream = await azure.SendAsync("/openai/v1/chat/completions", AzureClient.Chat("gpt-4o", more: ",\"stream\":true"));
        var chunks = await SandboxClient.EventsAsync(stream);

        Assert.Empty(chunks[0].Data.GetProperty("choices").EnumerateArray());
        Assert.True(chunks[0].Data.TryGetProperty("prompt_filter_results", out _));
        Assert.All(chunks.Skip(1), chunk => Assert.True(chunk.Data.GetProperty("choices")[0].TryGetProperty("content_filter_results", out _)));
    }

    [Fact]
    public async Task A_filtered_prompt_is_a_400_that_says_what_was_found_and_costs_nothing()
    {
        await using var azure = await AzureClient.StartAsync();
        azure.Sandbox.Server.Faults.Next(FaultKind.Blocked);
        var (status, error) = await SandboxClient.ErrorOfAsync(azure.SendAsync("/openai/v1/chat/completions", AzureClient.Chat("gpt-4o")));

        Assert.Equal((400, "content_filter"), (status, error.GetProperty("code").GetString()));
        var inner = error.GetProperty("innererror");
        Assert.Equal("ResponsibleAIPolicyViolation", inner.GetProperty("code").GetString());
        Assert.True(inner.GetProperty("content_filter_result").GetProperty("violence").GetProperty("filtered").GetBoolean());
        Assert.Equal(0, (await azure.Sandbox.Server.ReadLedgerAsync()).BilledUsd);
    }

    [Theory]
    [InlineData("/openai/deployments/nobody/chat/completions?" + AzureClient.Version, "x", 404, "DeploymentNotFound")]
    [InlineData("/openai/v1/chat/completions", "nobody", 404, "DeploymentNotFound")]
    [InlineData("/openai/v1/chat/completions", "gpt-4o-batch", 400, "OperationNotSupported")]
    [InlineData("/openai/deployments/gpt-4o/chat/completions", "x", 404, "404")]
    [InlineData("/openai/deployments/gpt-4o/chat/completions?api-version=v2", "x", 404, "404")]
    public async Task What_is_not_there_is_told_in_azures_words(string path, string model, int status, string code)
    {
        await using var azure = await AzureClient.StartAsync();
        var (answered, error) = await SandboxClient.ErrorOfAsync(azure.SendAsync(path, AzureClient.Chat(model)));

        Assert.Equal((status, code), (answered, error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_rate_limit_tells_the_wait_in_milliseconds_too()
    {
        await using var azure = await AzureClient.StartAsync();
        azure.Sandbox.Server.Faults.Set(FaultKind.RateLimit, new FaultSetting { Next = 1, RetryAfter = 1.5 });
        using var answer = await azure.SendAsync("/openai/deployments/gpt-4o/chat/completions?" + AzureClient.Version, AzureClient.Chat("x"));
        var error = SandboxClient.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error");

        Assert.Equal((429, "1500"), ((int)answer.StatusCode, Assert.Single(answer.Headers.GetValues("retry-after-ms"))));
        Assert.Equal(["code", "message"], error.EnumerateObject().Select(field => field.Name));
    }

    [Theory]
    [InlineData("gpt-5.6-sol", 200)]
    [InlineData("gpt-5", 400)]
    public async Task Flex_is_for_the_one_model_that_is_listed(string model, int status)
    {
        await using var azure = await AzureClient.StartAsync();
        using var answer = await azure.SendAsync("/openai/v1/chat/completions", AzureClient.Chat(model, more: ",\"service_tier\":\"flex\""));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, (await azure.Sandbox.Server.ReadLedgerAsync()).Flex.Billed);
    }

    [Fact]
    public async Task Responses_and_embeddings_are_served_and_kept_apart_from_openais()
    {
        await using var azure = await AzureClient.StartAsync();
        var response = await azure.PostAsync("/openai/v1/responses", """{"model":"gpt-4o","input":"x"}""");
        var vectors = await azure.PostAsync("/openai/deployments/text-embedding-3-small/embeddings?" + AzureClient.Version, """{"input":["a","b"]}""");

        Assert.Equal(AzureClient.Id(response), AzureClient.Id(await azure.GetAsync($"/openai/responses/{AzureClient.Id(response)}?{AzureClient.Version}")));
        Assert.Equal(2, vectors.GetProperty("data").GetArrayLength());

        await using var both = await SandboxClient.StartAsync();
        var theirs = await both.PostAsync("/v1/responses", """{"model":"gpt-4o","input":"x"}""");
        using var asked = await both.Http.GetAsync($"/openai/v1/responses/{AzureClient.Id(theirs)}");
        Assert.Equal(404, (int)asked.StatusCode);
    }

    [Theory]
    [InlineData("/openai/v1/models", null, null, 401)]
    [InlineData("/openai/v1/models", "api-key", "k", 200)]
    [InlineData("/openai/v1/models", "Authorization", "Bearer k", 200)]
    [InlineData("/openai/models?" + AzureClient.Version, "api-key", "k", 200)]
    [InlineData("/openai/models?" + AzureClient.Version, "Authorization", "Bearer k", 401)]
    public async Task A_key_goes_in_its_header_and_at_v1_as_a_bearer_too(string path, string? header, string? value, int status)
    {
        await using var azure = await AzureClient.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(azure.Sandbox.Server.BaseUri, path));
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("https://ai.azure.com/.default", 0, 200)]
    [InlineData("https://cognitiveservices.azure.com/.default", 0, 200)]
    [InlineData("https://management.azure.com/.default", 0, 401)]
    [InlineData("https://ai.azure.com/.default", 61, 401)]
    public async Task A_token_of_entra_is_good_for_its_audience_and_an_hour(string scope, int minutesLater, int status)
    {
        await using var azure = await AzureClient.StartAsync();
        using var http = new HttpClient { BaseAddress = azure.Sandbox.Server.BaseUri };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "c",
            ["client_secret"] = "s",
            ["scope"] = scope,
        });
        using var given = await http.PostAsync("/contoso/oauth2/v2.0/token", form);
        var token = SandboxClient.Parse(await given.Content.ReadAsStringAsync());
        azure.Sandbox.Time.Advance(TimeSpan.FromMinutes(minutesLater));

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        using var answer = await http.GetAsync("/openai/models?" + AzureClient.Version);

        Assert.Equal(("Bearer", 3599), (token.GetProperty("token_type").GetString(), token.GetProperty("expires_in").GetInt32()));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("grant_type=client_credentials&client_id=c&scope=https://ai.azure.com/.default", 401, "invalid_client")]
    [InlineData("grant_type=client_credentials&client_id=c&client_secret=s&scope=https://ai.azure.com", 400, "invalid_request")]
    [InlineData("grant_type=password", 400, "unsupported_grant_type")]
    public async Task What_is_missing_in_a_token_call_is_named(string form, int status, string code)
    {
        await using var azure = await AzureClient.StartAsync();
        using var answer = await azure.Http.PostAsync("/contoso/oauth2/v2.0/token", new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded")));

        Assert.Equal((status, code), ((int)answer.StatusCode, SandboxClient.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetString()));
    }
}
