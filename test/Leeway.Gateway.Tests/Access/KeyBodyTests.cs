using System.Text.Json;
using Leeway.Gateway.Tests.BadInput;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Access;

/// <summary>Bodies that make no key: members that are nobody's to set, and values that make no sense.</summary>
public sealed class KeyBodyTests(KeyBodyTests.NoKeys gateway) : IClassFixture<KeyBodyTests.NoKeys>
{
    [Theory]
    [InlineData("role", "\"admin\"")]
    [InlineData("user_role", "\"proxy_admin\"")]
    [InlineData("scopes", "[\"admin\"]")]
    [InlineData("allowed_routes", "[\"/*\"]")]
    [InlineData("admin", "true")]
    [InlineData("budget_usd", "5")]
    [InlineData("used_usd", "0")]
    [InlineData("spend", "-1")]
    [InlineData("max_budget", "\"NaN\"")]
    [InlineData("id", "\"key_00000000000000000000000000000001\"")]
    [InlineData("key", "\"lwk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("secret", "\"lwk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("hash", "\"00\"")]
    [InlineData("hint", "\"lwk_\"")]
    [InlineData("earlier_hash", "\"00\"")]
    [InlineData("created_at", "\"2020-01-01T00:00:00Z\"")]
    [InlineData("expires_at", "\"2099-01-01T00:00:00Z\"")]
    [InlineData("revoked_at", "null")]
    [InlineData("last_used_at", "null")]
    [InlineData("state", "\"active\"")]
    [InlineData("object", "\"leeway.key\"")]
    [InlineData("default_wait", "\"low\"")]
    [InlineData("Team", "\"blue\"")]
    [InlineData("__proto__", "{\"role\":\"admin\"}")]
    public async Task A_member_that_is_nobodys_to_set_is_refused_by_name(string member, string value) =>
        await AssertRefusedAsync($$"""{"owner":"tests","{{member}}":{{value}}}""", "invalid_parameter", member, $"There is no member '{member}'");

    [Theory]
    [InlineData("", "body_missing", null)]
    [InlineData("[]", "body_not_an_object", null)]
    [InlineData("\"tests\"", "body_not_an_object", null)]
    [InlineData("{\"owner\":\"a\",\"owner\":\"b\"}", "invalid_json", null)]
    [InlineData("{\"owner\":\"a\"", "invalid_json", null)]
    [InlineData("{}", "invalid_parameter", "owner")]
    [InlineData("{\"owner\":null}", "invalid_parameter", "owner")]
    [InlineData("{\"owner\":\"\"}", "invalid_parameter", "owner")]
    [InlineData("{\"owner\":\"  \"}", "invalid_parameter", "owner")]
    [InlineData("{\"owner\":\"a\\u001b[2Jb\"}", "invalid_parameter", "owner")]
    [InlineData("{\"owner\":\"\\ud800\"}", "invalid_encoding", "owner")]
    [InlineData("{\"owner\":5}", "invalid_parameter", "owner")]
    [InlineData("{\"owner\":\"a\",\"team\":\"\"}", "invalid_parameter", "team")]
    [InlineData("{\"owner\":\"a\",\"team\":\"Blue\"}", "invalid_parameter", "team")]
    [InlineData("{\"owner\":\"a\",\"team\":\"../blue\"}", "invalid_parameter", "team")]
    [InlineData("{\"owner\":\"a\",\"team\":\"blue \"}", "invalid_parameter", "team")]
    [InlineData("{\"owner\":\"a\",\"team\":\"blüe\"}", "invalid_parameter", "team")]
    [InlineData("{\"owner\":\"a\",\"team\":[\"blue\"]}", "invalid_parameter", "team")]
    [InlineData("{\"owner\":\"a\",\"budget\":5}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"budget\":\"\"}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"budget\":\"0/day\"}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"budget\":\"-1/day\"}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"budget\":\"NaN\"}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"budget\":\"Infinity/day\"}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"budget\":\"1e309\"}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"budget\":\"2000000000\"}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"budget\":\"5/year\"}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"budget\":\"5/\"}", "invalid_parameter", "budget")]
    [InlineData("{\"owner\":\"a\",\"models\":\"gpt-4o\"}", "invalid_parameter", "models")]
    [InlineData("{\"owner\":\"a\",\"models\":[5]}", "invalid_parameter", "models")]
    [InlineData("{\"owner\":\"a\",\"models\":[\"\"]}", "invalid_parameter", "models")]
    [InlineData("{\"owner\":\"a\",\"models\":[\"*gpt\"]}", "invalid_parameter", "models")]
    [InlineData("{\"owner\":\"a\",\"models\":[\"a**\"]}", "invalid_parameter", "models")]
    [InlineData("{\"owner\":\"a\",\"models\":[\"a\\nb\"]}", "invalid_parameter", "models")]
    [InlineData("{\"owner\":\"a\",\"default\":\"soon\"}", "invalid_parameter", "default")]
    [InlineData("{\"owner\":\"a\",\"default\":\"2099-01-01T00:00:00Z\"}", "invalid_parameter", "default")]
    [InlineData("{\"owner\":\"a\",\"default\":\"-1h\"}", "invalid_parameter", "default")]
    [InlineData("{\"owner\":\"a\",\"default\":\"99d\"}", "invalid_parameter", "default")]
    [InlineData("{\"owner\":\"a\",\"expires\":\"9999\"}", "invalid_parameter", "expires")]
    [InlineData("{\"owner\":\"a\",\"expires\":9999}", "invalid_parameter", "expires")]
    [InlineData("{\"owner\":\"a\",\"expires\":1e309}", "invalid_parameter", "expires")]
    [InlineData("{\"owner\":\"a\",\"expires\":\"-1h\"}", "invalid_parameter", "expires")]
    [InlineData("{\"owner\":\"a\",\"expires\":\"now\"}", "invalid_parameter", "expires")]
    [InlineData("{\"owner\":\"a\",\"expires\":\"2020-01-01T00:00:00Z\"}", "invalid_parameter", "expires")]
    [InlineData("{\"owner\":\"a\",\"expires\":\"2027-02-30T00:00:00Z\"}", "invalid_parameter", "expires")]
    [InlineData("{\"owner\":\"a\",\"expires\":\"9999-12-31T23:59:59Z\"}", "invalid_parameter", "expires")]
    public async Task A_value_that_makes_no_sense_is_refused(string body, string code, string? field) => await AssertRefusedAsync(body, code, field, "");

    [Fact]
    public async Task Too_much_is_refused()
    {
        await AssertRefusedAsync($$"""{"owner":"{{new string('a', 101)}}"}""", "invalid_parameter", "owner", "1 to 100");
        await AssertRefusedAsync($$"""{"owner":"a","team":"{{new string('a', 65)}}"}""", "invalid_parameter", "team", "1 to 64");
        await AssertRefusedAsync($$"""{"owner":"a","models":[{{string.Join(',', Enumerable.Repeat("\"m\"", 101))}}]}""", "invalid_parameter", "models", "101 models");
        await AssertRefusedAsync($$"""{"owner":"{{new string('a', 20_000)}}"}""", "body_too_large", "body", "16384");
    }

    [Theory]
    [InlineData("PUT", "/admin/keys", 405)]
    [InlineData("DELETE", "/admin/keys", 405)]
    [InlineData("PATCH", "/admin/keys/key_00000000000000000000000000000001", 405)]
    [InlineData("PUT", "/admin/keys/key_00000000000000000000000000000001", 405)]
    [InlineData("POST", "/admin/keys/key_00000000000000000000000000000001", 405)]
    [InlineData("GET", "/admin/keys/key_00000000000000000000000000000001", 404)]
    [InlineData("GET", "/admin/keys/nonsense", 404)]
    [InlineData("POST", "/admin/keys/nonsense/revoke", 404)]
    [InlineData("POST", "/admin/keys/key_00000000000000000000000000000001/rotate", 404)]
    public async Task A_key_is_changed_by_its_verbs_alone(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : new StringContent("""{"team":"admin"}""", null, "application/json") };
        using HttpResponseMessage answer = await gateway.Gateway.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Keys_are_nothing_of_the_public_listener()
    {
        using HttpResponseMessage listed = await gateway.Gateway.Http.GetAsync("/admin/keys", TestContext.Current.CancellationToken);
        using HttpResponseMessage made = await gateway.Gateway.PostAsync("/admin/keys", """{"owner":"tests"}""");

        Assert.Equal([404, 404], [(int)listed.StatusCode, (int)made.StatusCode]);
        await AssertNoKeyAsync();
    }

    private async Task AssertRefusedAsync(string body, string code, string? field, string said)
    {
        using HttpResponseMessage answer = await gateway.Gateway.AdminPostAsync("/admin/keys", body);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode is 400 or 413, text);
        Refusal refusal = Refusal.Read(answer, text);
        Assert.Equal(code, refusal.Code);
        Assert.Equal(field, refusal.Field);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        await AssertNoKeyAsync();
    }

    private async Task AssertNoKeyAsync()
    {
        JsonElement listed = AccessBench.Json(await gateway.Gateway.Admin.GetStringAsync("/admin/keys", TestContext.Current.CancellationToken));
        Assert.Equal(0, listed.GetProperty("data").GetArrayLength());
        Assert.Equal(200, await gateway.Gateway.StatusAsync(null));
    }

    /// <summary>A gateway on which no key is ever made.</summary>
    public sealed class NoKeys : IAsyncLifetime
    {
        internal TestGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Gateway = await TestGateway.StartAsync();

        public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();
    }
}
