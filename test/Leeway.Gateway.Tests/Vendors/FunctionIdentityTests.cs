using System.Security.Cryptography;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>A function behind Google's front, which wants an identity token for its address.</summary>
public sealed class FunctionIdentityTests
{
    private const string Body = """{"model":"llama","messages":[{"role":"user","content":"What is leeway?"}]}""";

    [Fact]
    public async Task A_service_account_s_identity_opens_the_function()
    {
        await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" });
        await using TestGateway gateway = await StartAsync(sandbox, $"credentials: {{ json: '{Account(sandbox.BaseUri)}' }}");

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_key_that_is_no_identity_is_refused_and_not_repeated_to_the_caller()
    {
        await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant" });
        await using TestGateway gateway = await StartAsync(sandbox, "api_key: wrong-secret");

        using HttpResponseMessage answer = await gateway.PostAsync("/v1/chat/completions", Body);

        Assert.Equal(502, (int)answer.StatusCode);
        Assert.DoesNotContain("wrong-secret", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static Task<TestGateway> StartAsync(SandboxServer sandbox, string credential) => TestGateway.StartAsync(
        $$"""
        providers:
          function: { kind: cloud-functions, base_url: "{{sandbox.BaseUri}}functions/answer/v1", {{credential}} }
        models:
          llama: { deployments: [ { provider: function, model: llama, price: { input: "0", output: "0" } } ] }
        """,
        runningSandbox: sandbox);

    /// <summary>A service account's file, with a key made for this test.</summary>
    private static string Account(Uri sandbox)
    {
        using RSA key = RSA.Create(2048);
        return JsonSerializer.Serialize(new
        {
            type = "service_account",
            project_id = "sandbox",
            private_key_id = "1",
            private_key = key.ExportPkcs8PrivateKeyPem(),
            client_email = "leeway@sandbox.iam.gserviceaccount.com",
            client_id = "1",
            token_uri = $"{sandbox}token",
        });
    }
}
