using Leeway.Adapters.Serverless;

namespace Leeway.Tests.Adapters.Serverless;

public sealed class ServerlessTests
{
    private const string Body = """{"model":"m","messages":[]}""";

    [Theory]
    [InlineData("cloud-functions", "sk-test", "Bearer sk-test")]
    [InlineData("container-instances", "sk-test", "Bearer sk-test")]
    [InlineData("container-instances", null, null)]
    public async Task A_key_goes_where_one_is_configured_and_nothing_where_none_is(string kind, string? key, string? sent)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync(kind);
        bench.Deployment = bench.Deployment with { ApiKey = key };
        bench.Server.Then(200, "{}");

        using ProviderAnswer answer = await bench.SendAsync(Body);

        Assert.Null(answer.Error);
        Assert.Equal("POST /v1/chat/completions", bench.Server.Single().Line);
        Assert.Equal(sent, bench.Server.Single().Headers.GetValueOrDefault("Authorization"));
    }

    [Fact]
    public async Task A_function_without_a_key_is_asked_with_an_identity_token_or_not_at_all()
    {
        await using AdapterBench bench = await AdapterBench.StartAsync("cloud-functions");
        bench.Deployment = bench.Deployment with { ApiKey = null, Cloud = new CloudSettings { Credentials = new CloudCredentials { Json = "{}" } } };

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => bench.SendAsync(Body));

        Assert.Equal(ProviderErrorKind.AuthenticationFailed, e.Error.Kind);
        Assert.Empty(bench.Server.Received);
    }

    [Theory]
    [InlineData("https://me-abc.a.run.app/v1", "https://me-abc.a.run.app")]
    [InlineData("https://europe-west1-p.cloudfunctions.net/llm/v1/", "https://europe-west1-p.cloudfunctions.net/llm")]
    [InlineData("https://me-abc.a.run.app", "https://me-abc.a.run.app")]
    public void A_token_is_for_the_function_s_own_address(string address, string audience) =>
        Assert.Equal(audience, CloudFunctionsProvider.Audience(new Uri(address)));

    [Theory]
    [InlineData("cloud-functions")]
    [InlineData("container-instances")]
    public async Task They_sleep_and_have_no_batches(string kind)
    {
        await using AdapterBench bench = await AdapterBench.StartAsync(kind);

        Assert.True(bench.Provider.Capabilities.ScalesToZero);
        Assert.Equal("its vendor has no batch API", bench.Provider.Capabilities.WhyNoBatch(bench.Deployment, Endpoints.Chat));
    }
}
