using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Leeway.Gateway.Tests.Sdk;
using MimeKit;

namespace Leeway.Gateway.Tests.Mail;

/// <summary>aiosmtpd, a third party's SMTP server, as a process of its own: <c>test/python/smtp.py</c>.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private static readonly Lazy<bool> s_present = new(FindsAiosmtpd);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Channel<JsonElement> _modes = Channel.CreateUnbounded<JsonElement>();
    private readonly Channel<Mail> _arrivals = Channel.CreateUnbounded<Mail>();
    private Task _reading = Task.CompletedTask;
    private bool _disposed;

    private SmtpServer(Process process) => _process = process;

    public int Port { get; private set; }

    public ConcurrentQueue<Mail> Mails { get; } = new();

    public static void SkipWithoutAiosmtpd() => Assert.SkipUnless(s_present.Value, "aiosmtpd is not installed (Debian: python3-aiosmtpd)");

    public static async Task<SmtpServer> StartAsync(object? options = null)
    {
        SkipWithoutAiosmtpd();
        Process process = Process.Start(new ProcessStartInfo(Python(), [Path.Combine(NodeScript.Root, "test", "python", "smtp.py"), JsonSerializer.Serialize(options ?? new { })])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var server = new SmtpServer(process);
        string? first = await process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        server.Port = JsonDocument.Parse(first ?? throw new InvalidOperationException("smtp.py said nothing.")).RootElement.GetProperty("port").GetInt32();
        server._reading = server.ReadAsync();
        return server;
    }

    /// <summary>From now on treats mail so.</summary>
    public async Task BecomeAsync(string mode)
    {
        await _process.StandardInput.WriteLineAsync(mode);
        await _process.StandardInput.FlushAsync();
        await _modes.Reader.ReadAsync().AsTask().WaitAsync(s_patience);
    }

    /// <summary>The next mail that comes.</summary>
    public Task<Mail> NextAsync() => _arrivals.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _process.StandardInput.Close();
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            JsonElement said = JsonDocument.Parse(line).RootElement;
            if (said.TryGetProperty("mode", out _))
            {
                _modes.Writer.TryWrite(said);
                continue;
            }

            byte[] data = said.GetProperty("data").GetBytesFromBase64();
            var mail = new Mail(
                said.GetProperty("from").GetString()!, [.. said.GetProperty("to").EnumerateArray().Select(to => to.GetString()!)], Encoding.Latin1.GetString(data),
                await MimeMessage.LoadAsync(new MemoryStream(data)), said.GetProperty("tls").GetBoolean(), said.GetProperty("user").GetString());
            Mails.Enqueue(mail);
            _arrivals.Writer.TryWrite(mail);
        }
    }

    private static string Python() => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    private static bool FindsAiosmtpd()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Python(), ["-c", "import aiosmtpd"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>A mail as the server got it.</summary>
    internal sealed record Mail(string From, IReadOnlyList<string> To, string Raw, MimeMessage Message, bool Tls, string? User)
    {
        /// <summary>The head as it travelled, without its body.</summary>
        public string Head => Raw[..Raw.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
    }
}
