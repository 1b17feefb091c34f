using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Leeway.Gateway.Tests.Access;

/// <summary>Keys from their making to their end, and what is on or off meanwhile.</summary>
public sealed class KeyLifeTests
{
    [Fact]
    public async Task Nobody_is_asked_for_a_key_until_one_exists_and_everybody_from_then_on()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        Assert.False(gateway.Host.LacksKeys);
        Assert.Equal(200, await gateway.StatusAsync(null));
        Assert.Equal(200, await gateway.StatusAsync("anything at all"));

        MadeKey key = await gateway.MakeKeyAsync();

        Assert.Equal(401, await gateway.StatusAsync(null));
        Assert.Equal(401, await gateway.StatusAsync("anything at all"));
        Assert.Equal(200, await gateway.StatusAsync(key.Secret));
    }

    [Fact]
    public async Task Revoking_the_last_key_does_not_open_the_gateway()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        MadeKey key = await gateway.MakeKeyAsync();
        Assert.Equal(200, await gateway.StatusAsync(key.Secret));

        using HttpResponseMessage revoked = await gateway.AdminPostAsync($"/admin/keys/{key.Id}/revoke");
        JsonElement shown = AccessBench.Json(await revoked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("revoked", shown.GetProperty("state").GetString());
        Assert.Equal(401, await gateway.StatusAsync(null));
        string refusal = (await gateway.AskAsync(key.Secret, HttpMethod.Get, "/v1/models")).GetRawText();
        Assert.Contains($"was revoked at {shown.GetProperty("revoked_at").GetString()}", refusal, StringComparison.Ordinal);
        Assert.Contains("invalid_api_key", refusal, StringComparison.Ordinal);

        // Once more changes nothing.
        using HttpResponseMessage again = await gateway.AdminPostAsync($"/admin/keys/{key.Id}/revoke");
        Assert.Equal(shown.GetRawText(), AccessBench.Json(await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetRawText());
    }

    [Fact]
    public async Task Keys_can_be_required_before_there_is_one()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(server: "require_keys: true");
        Assert.True(gateway.Host.LacksKeys);
        Assert.Equal(401, await gateway.StatusAsync(null));

        MadeKey key = await gateway.MakeKeyAsync();

        Assert.False(gateway.Host.LacksKeys);
        Assert.Equal(200, await gateway.StatusAsync(key.Secret));
    }

    [Fact]
    public async Task A_listener_that_others_can_reach_serves_nobody_until_a_key_is_made_on_the_admin_listener()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(listen: "0.0.0.0");
        Assert.True(gateway.Host.LacksKeys);
        Assert.Equal(401, await gateway.StatusAsync(null));
        Assert.Equal(401, await gateway.StatusAsync("anything at all", HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat));
        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(gateway.Host.AdminUrl.Host)));

        MadeKey key = await gateway.MakeKeyAsync();

        Assert.Equal(200, await gateway.StatusAsync(key.Secret, HttpMethod.Post, "/v1/chat/completions", AccessBench.Chat));
    }

    [Fact]
    public async Task A_key_ends_at_the_instant_it_was_made_to_end()
    {
        var clock = new ShiftedClock();
        await using TestGateway gateway = await TestGateway.StartAsync(clock: clock);
        MadeKey key = await gateway.MakeKeyAsync(more: ""","expires":"1h" """);
        MadeKey lasting = await gateway.MakeKeyAsync();
        clock.Forward(TimeSpan.FromMinutes(59));
        Assert.Equal(200, await gateway.StatusAsync(key.Secret));

        clock.Forward(TimeSpan.FromMinutes(1));

        JsonElement refusal = await gateway.AskAsync(key.Secret, HttpMethod.Get, "/v1/models");
        Assert.Contains($"expired at {key.Shown.GetProperty("expires_at").GetString()}", refusal.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("expired", (await gateway.ShownKeyAsync(key.Id)).GetProperty("state").GetString());
        Assert.Equal(200, await gateway.StatusAsync(lasting.Secret));
        using HttpResponseMessage rotate = await gateway.AdminPostAsync($"/admin/keys/{key.Id}/rotate");
        Assert.Equal(HttpStatusCode.Conflict, rotate.StatusCode);
    }

    [Fact]
    public async Task A_rotated_key_keeps_its_id_and_its_old_secret_for_the_overlap()
    {
        var clock = new ShiftedClock();
        await using TestGateway gateway = await TestGateway.StartAsync(clock: clock);
        MadeKey key = await gateway.MakeKeyAsync();
        string request = await gateway.QueueAsync(key.Secret);

        JsonElement rotated = await RotateAsync(gateway, key.Id, """{"overlap":"1h"}""");
        string secret = rotated.GetProperty("key").GetString()!;

        Assert.Equal(key.Id, rotated.GetProperty("id").GetString());
        Assert.Equal(key.Shown.GetProperty("hint").GetString(), rotated.GetProperty("earlier_hint").GetString());
        Assert.Equal(200, await gateway.StatusAsync(secret, path: $"/leeway/requests/{request}"));
        Assert.Equal(200, await gateway.StatusAsync(key.Secret, path: $"/leeway/requests/{request}"));

        clock.Forward(TimeSpan.FromHours(1));
        Assert.Equal(200, await gateway.StatusAsync(secret));
        Assert.Contains("was replaced by", (await gateway.AskAsync(key.Secret, HttpMethod.Get, "/v1/models")).GetRawText(), StringComparison.Ordinal);

        // Without an overlap the one before ends at once.
        string last = (await RotateAsync(gateway, key.Id, """{"overlap":"0"}""")).GetProperty("key").GetString()!;
        Assert.Equal(401, await gateway.StatusAsync(secret));
        Assert.Equal(200, await gateway.StatusAsync(last));
    }

    [Fact]
    public async Task Keys_outlive_the_process_and_their_secrets_are_nowhere_on_disk()
    {
        string folder = Directory.CreateTempSubdirectory("leeway-keys-").FullName;
        try
        {
            MadeKey key, revoked;
            string rotated;
            await using (TestGateway first = await TestGateway.StartAsync(folder: folder))
            {
                key = await first.MakeKeyAsync("blue", ""","models":["gpt-4o*"],"default":"low","expires":"30d" """);
                revoked = await first.MakeKeyAsync();
                rotated = (await RotateAsync(first, key.Id, null)).GetProperty("key").GetString()!;
                (await first.AdminPostAsync($"/admin/keys/{revoked.Id}/revoke")).Dispose();
                Assert.Equal(200, await first.StatusAsync(rotated));
            }

            SqliteConnection.ClearAllPools();
            byte[] stored = [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).SelectMany(File.ReadAllBytes)];
            Assert.All([key.Secret, revoked.Secret, rotated], secret => Assert.Equal(-1, stored.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret[8..^4]))));

            await using TestGateway second = await TestGateway.StartAsync(folder: folder);
            Assert.Equal(401, await second.StatusAsync(null));
            Assert.Equal(401, await second.StatusAsync(revoked.Secret));
            Assert.Equal(200, await second.StatusAsync(key.Secret));
            Assert.Equal(200, await second.StatusAsync(rotated));
            JsonElement shown = await second.ShownKeyAsync(key.Id);
            Assert.Equal("gpt-4o*", shown.GetProperty("models")[0].GetString());
            Assert.Equal("low", shown.GetProperty("default").GetString());
            Assert.Equal(key.Shown.GetProperty("expires_at").GetString(), shown.GetProperty("expires_at").GetString());
            Assert.NotEqual(JsonValueKind.Null, shown.GetProperty("last_used_at").ValueKind);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_no_hash_ever()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        MadeKey key = await gateway.MakeKeyAsync();
        string listed = await gateway.Admin.GetStringAsync("/admin/keys", TestContext.Current.CancellationToken);
        string shown = (await gateway.ShownKeyAsync(key.Id)).GetRawText();

        Assert.Matches("^lwk_[A-Za-z0-9_-]{43}$", key.Secret);
        Assert.Equal($"{key.Secret[..8]}…{key.Secret[^4..]}", key.Shown.GetProperty("hint").GetString());
        Assert.All([listed, shown], text =>
        {
            Assert.DoesNotContain(key.Secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"key\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("hash", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_stream_under_way_when_its_key_is_revoked_ends_well_and_nothing_comes_after_it()
    {
        await using var provider = await PacedProvider.StartAsync();
        await using TestGateway gateway = await TestGateway.StartAsync($"providers:\n  openai: {{ kind: openai, api_key: sk-test, base_url: \"{provider.Url}\" }}\n");
        MadeKey key = await gateway.MakeKeyAsync();
        string body = """{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"hello"}]}""";
        using HttpResponseMessage streaming = await gateway.CallAsync(key.Secret, HttpMethod.Post, "/v1/chat/completions", body);
        using var reader = new StreamReader(await streaming.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Contains("first", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        (await gateway.AdminPostAsync($"/admin/keys/{key.Id}/revoke")).Dispose();
        int next = await gateway.StatusAsync(key.Secret, HttpMethod.Post, "/v1/chat/completions", body);
        provider.GoOn();
        string rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(401, next);
        Assert.Equal(1, provider.Calls);
        Assert.Contains("second", rest, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> RotateAsync(TestGateway gateway, string id, string? body)
    {
        using HttpResponseMessage answer = await gateway.AdminPostAsync($"/admin/keys/{id}/rotate", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        return AccessBench.Json(await answer.Content.ReadAsStringAsync());
    }
}
