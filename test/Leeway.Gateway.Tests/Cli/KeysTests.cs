using System.Text.Json;
using Leeway.Cli;

namespace Leeway.Gateway.Tests.Cli;

/// <summary>Keys at the command line.</summary>
public sealed class KeysTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_key_is_made_used_rotated_and_revoked()
    {
        await _bench.StartGatewayAsync();
        CliEnd made = await _bench.RunAsync("keys", "create", "--owner", "ci-bot", "--team", "research", "--model", "gpt-4o*", "--default", "urgent", "--expires", "90d");
        Assert.True(made.Exit == ExitCode.Ok, made.Error);
        string secret = made.Out[made.Out.IndexOf("lwk_", StringComparison.Ordinal)..][..47];
        string id = made.Out[made.Out.IndexOf("key_", StringComparison.Ordinal)..][..36];
        Assert.Contains("not shown again", made.Error, StringComparison.Ordinal);

        CliEnd without = await _bench.RunAsync("ask", "Say hello");
        CliEnd with = await _bench.RunAsync("ask", "Say hello", "--key", secret);
        Assert.Equal(ExitCode.Unauthorized, without.Exit);
        Assert.Contains("asks for a key", without.Error, StringComparison.Ordinal);
        Assert.True(with.Exit == ExitCode.Ok, with.Error);

        CliEnd list = await _bench.RunAsync("keys", "list");
        Assert.Contains(id, list.Out, StringComparison.Ordinal);
        Assert.Contains("research", list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, list.Out, StringComparison.Ordinal);

        CliEnd rotated = await _bench.RunAsync("keys", "rotate", id, "--overlap", "0", "--json");
        string next = JsonDocument.Parse(rotated.Out).RootElement.GetProperty("key").GetString()!;
        _bench.Variables["LEEWAY_API_KEY"] = secret;
        Assert.Equal(ExitCode.Unauthorized, (await _bench.RunAsync("request", "list")).Exit);
        _bench.Variables["LEEWAY_API_KEY"] = next;
        Assert.Equal(ExitCode.Ok, (await _bench.RunAsync("request", "list")).Exit);

        CliEnd revoked = await _bench.RunAsync("keys", "revoke", id);
        Assert.Contains("is revoked", revoked.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Unauthorized, (await _bench.RunAsync("request", "list")).Exit);
    }

    [Fact]
    public async Task A_run_goes_through_with_a_key()
    {
        await _bench.StartGatewayAsync();
        CliEnd made = await _bench.RunAsync("keys", "create", "--owner", "tests", "--json");
        _bench.Variables["LEEWAY_API_KEY"] = JsonDocument.Parse(made.Out).RootElement.GetProperty("key").GetString()!;
        string file = _bench.Write("in.jsonl", """{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini","messages":[{"role":"user","content":"one"}]}}""" + "\n");

        CliEnd end = await _bench.RunAsync("run", file, "--yes", "--by", "1h");

        Assert.True(end.Exit == ExitCode.Ok, end.Error);
    }

    [Fact]
    public async Task The_admin_token_comes_from_an_option_or_the_environment()
    {
        await _bench.StartGatewayAsync(("server.admin_token", "the-operators-token-of-this-test"));
        Assert.Equal(ExitCode.Unauthorized, (await _bench.RunAsync("queue")).Exit);
        Assert.Equal(ExitCode.Ok, (await _bench.RunAsync("queue", "--admin-token", "the-operators-token-of-this-test")).Exit);
        _bench.Variables["LEEWAY_ADMIN_TOKEN"] = "the-operators-token-of-this-test";
        Assert.Equal(ExitCode.Ok, (await _bench.RunAsync("keys", "list")).Exit);
        _bench.Variables["LEEWAY_ADMIN_TOKEN"] = "two\nlines";
        Assert.Equal(ExitCode.Usage, (await _bench.RunAsync("keys", "list")).Exit);
    }
}
