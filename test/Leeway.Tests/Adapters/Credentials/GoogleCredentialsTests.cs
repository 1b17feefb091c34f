using System.Text;
using System.Text.Json;
using Leeway.Adapters.Credentials;
using Leeway.Adapters.Wire.Calls;
using Leeway.Tests.Adapters.Vertex;

namespace Leeway.Tests.Adapters.Credentials;

/// <summary>Tokens of Google's, by its own library, from a server that the credentials file names.</summary>
public sealed class GoogleCredentialsTests
{
    private static string FileFor(ScriptedServer server) => ServiceAccount.FileFor(server.BaseUrl);

    private static async Task<string?> AuthorizeAsync(IRequestAuthorizer authorizer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1/");
        await authorizer.AuthorizeAsync(request, TestContext.Current.CancellationToken);
        return request.Headers.Authorization?.ToString();
    }

    private static JsonElement ClaimsOf(ReceivedRequest request)
    {
        string assertion = Uri.UnescapeDataString(request.Text.Split('&').Single(static pair => pair.StartsWith("assertion=", StringComparison.Ordinal))["assertion=".Length..]);
        string claims = assertion.Split('.')[1].Replace('-', '+').Replace('_', '/');
        return JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(Convert.FromBase64String(claims.PadRight((claims.Length + 3) / 4 * 4, '='))));
    }

    [Fact]
    public async Task A_service_account_s_access_token_is_asked_for_once_for_all_deployments()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Then(200, """{"access_token":"ya29.x","expires_in":3600,"token_type":"Bearer"}""");
        var credentials = new GoogleCredentials();
        var configured = new CloudCredentials { Json = FileFor(server) };

        Assert.Equal("Bearer ya29.x", await AuthorizeAsync(credentials.AccessTokens(configured)));
        Assert.Equal("Bearer ya29.x", await AuthorizeAsync(credentials.AccessTokens(configured)));

        ReceivedRequest request = server.Single();
        Assert.Contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer", request.Text, StringComparison.Ordinal);
        Assert.Equal("https://www.googleapis.com/auth/cloud-platform", ClaimsOf(request).GetProperty("scope").GetString());
    }

    [Fact]
    public async Task An_identity_token_names_its_audience()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        string claims = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"exp":{{DateTimeOffset.Parse("2099-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds()}},"iat":1}""")).TrimEnd('=');
        server.Then(200, $$"""{"id_token":"e30.{{claims}}.c2ln"}""");
        IRequestAuthorizer tokens = new GoogleCredentials().IdentityTokens(new CloudCredentials { Json = FileFor(server) }, "https://f-abc.a.run.app");

        Assert.Equal($"Bearer e30.{claims}.c2ln", await AuthorizeAsync(tokens));
        Assert.Equal($"Bearer e30.{claims}.c2ln", await AuthorizeAsync(tokens));

        Assert.Equal("https://f-abc.a.run.app", ClaimsOf(server.Single()).GetProperty("target_audience").GetString());
    }

    [Fact]
    public async Task A_refused_account_is_a_refused_credential()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Then(400, """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""");

        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => AuthorizeAsync(new GoogleCredentials().AccessTokens(new CloudCredentials { Json = FileFor(server) })));

        Assert.Equal(ProviderErrorKind.AuthenticationFailed, e.Error.Kind);
        Assert.Contains("invalid_grant", e.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://storage.example", false, true)]
    [InlineData("http://127.0.0.1:4443", true, true)]
    [InlineData("http://127.0.0.1:4443", false, false)]
    public void The_machine_s_own_credentials_go_to_no_server_without_tls(string server, bool configured, bool expected) => Assert.Equal(
        expected, new GoogleCredentials().AccessTokensFor(new Uri(server), new CloudCredentials { Json = configured ? "{}" : null }) is not null);

    [Theory]
    [InlineData("{\"private_key\":\"se\"cret\"}", "credentials.json is not JSON (line 1)")]
    [InlineData("{}", "credentials.json has no member 'type'")]
    public async Task A_file_that_is_none_is_told_without_its_content(string file, string expected)
    {
        ProviderException e = await Assert.ThrowsAsync<ProviderException>(() => AuthorizeAsync(new GoogleCredentials().AccessTokens(new CloudCredentials { Json = file })));

        Assert.Equal(ProviderErrorKind.AuthenticationFailed, e.Error.Kind);
        Assert.Equal("There are no credentials for Google Cloud: " + expected, e.Error.Message);
    }
}
