using System.Globalization;
using System.Text;

namespace Leeway.Load.Recovery;

/// <summary>Fills a queue over HTTP by runs, and counts what was acknowledged.</summary>
internal sealed class RunSender(Uri gateway)
{
    private const int LinesPerRun = 4_000;
    private const int Senders = 4;

    private static readonly string[] s_models = ["gpt-4o-mini", "gpt-4.1-mini"];

    private static readonly string s_text = string.Concat(Enumerable.Repeat("What is asked here is of the usual length. ", 10));

    private long _accepted;
    private long _sent;
    private int _runs;

    /// <summary>Lines that were answered with an id.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Lines that were handed to a connection, answered or not.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Sends until so many are accepted, or until told to stop; a connection that breaks ends its sender.</summary>
    public async Task RunAsync(long count, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = gateway, Timeout = TimeSpan.FromMinutes(5) };
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            try
            {
                while (Sent < count && !stop.IsCancellationRequested)
                {
                    await SendAsync(http);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                // Killed: what was not answered is not counted.
            }
        }));
    }

    private async Task SendAsync(HttpClient http)
    {
        string run = $"run_{Guid.NewGuid():N}";
        string model = s_models[Interlocked.Increment(ref _runs) % s_models.Length];
        var lines = new StringBuilder();
        for (int i = 0; i < LinesPerRun; i++)
        {
            lines.Append(CultureInfo.InvariantCulture, $$$"""{"custom_id":"{{{i}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"{{{model}}}","messages":[{"role":"user","content":"{{{Interlocked.Increment(ref _sent)}}} {{{s_text}}}"}]}}""").Append('\n');
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"/leeway/runs/{run}/requests") { Content = new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson") };
        request.Headers.Add("Leeway-Priority", "low");
        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            // A line that is cut off is no acknowledgement.
            if (line.EndsWith("\"error\":null}", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _accepted);
            }
            else if (line.EndsWith('}'))
            {
                throw new InvalidOperationException($"Refused: {line}");
            }
        }
    }
}
