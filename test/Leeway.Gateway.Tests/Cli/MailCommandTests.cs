using System.Text.Json;
using Leeway.Cli;
using Leeway.Gateway.Tests.Mail;

namespace Leeway.Gateway.Tests.Cli;

/// <summary>The address book at the command line.</summary>
public sealed class MailCommandTests : IAsyncDisposable
{
    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task An_address_is_registered_tested_and_told_of_a_run()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await _bench.StartGatewayAsync(Settings(smtp));
        CliEnd added = await _bench.RunAsync("mail", "add", "ops@example.com", "--digest", "--json");
        Assert.True(added.Exit == ExitCode.Ok, added.Error);
        string id = JsonDocument.Parse(added.Out).RootElement.GetProperty("id").GetString()!;
        CliEnd test = await _bench.RunAsync("mail", "test", id);
        Assert.True(test.Exit == ExitCode.Ok, test.Error);
        Assert.Equal("Leeway: this address works", (await smtp.NextAsync()).Message.Subject);

        string file = _bench.Write("in.jsonl", """{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini","messages":[{"role":"user","content":"one"}]}}""" + "\n");
        CliEnd run = await _bench.RunAsync("run", file, "--yes", "--by", "1h", "--mail", id);
        Assert.True(run.Exit == ExitCode.Ok, run.Error);
        Assert.StartsWith("Run ended: 1 of 1 request answered", (await smtp.NextAsync()).Message.Subject, StringComparison.Ordinal);

        CliEnd list = await _bench.RunAsync("mail", "list");
        Assert.Contains("ops@example.com", list.Out, StringComparison.Ordinal);
        Assert.Contains("daily", list.Out, StringComparison.Ordinal);
        Assert.Contains("digest no", (await _bench.RunAsync("mail", "digest", id, "off")).Error, StringComparison.Ordinal);
        Assert.Contains("disabled", (await _bench.RunAsync("mail", "disable", id)).Error, StringComparison.Ordinal);
        Assert.Contains("enabled", (await _bench.RunAsync("mail", "enable", id)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_said_and_what_is_no_id_is_not_sent()
    {
        await using SmtpServer smtp = await SmtpServer.StartAsync();
        await _bench.StartGatewayAsync(Settings(smtp));
        await smtp.BecomeAsync("refuse");
        CliEnd added = await _bench.RunAsync("mail", "add", "gone@example.com", "--json");
        string id = JsonDocument.Parse(added.Out).RootElement.GetProperty("id").GetString()!;
        CliEnd test = await _bench.RunAsync("mail", "test", id);
        CliEnd run = await _bench.RunAsync("run", _bench.Write("in.jsonl", "{}"), "--mail", "ops@example.com");

        Assert.Equal(ExitCode.PartialFailure, test.Exit);
        Assert.Contains("550 5.1.1 No such user here", test.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, run.Exit);
        Assert.Contains("is not the id of a registered address", run.Error, StringComparison.Ordinal);
    }

    private static (string, string)[] Settings(SmtpServer smtp) =>
    [
        ("delivery.mail.host", "127.0.0.1"), ("delivery.mail.port", $"{smtp.Port}"), ("delivery.mail.tls", "none"), ("delivery.mail.from", "leeway@gateway.example"),
    ];
}
