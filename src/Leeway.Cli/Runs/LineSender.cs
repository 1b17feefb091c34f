using System.Buffers;
using System.Net.Http.Headers;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Runs;

/// <summary>Sends the good lines of a file in order, some hundred at a time. Sending a line again is harmless, so a failed send is repeated.</summary>
internal sealed class LineSender(Shell shell, GatewayClient gateway, RunState state)
{
    private const int LinesPerPost = 500;
    private const int BytesPerPost = 4 * 1024 * 1024;
    private const int Tries = 6;
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(500);

    private readonly ArrayBufferWriter<byte> _bytes = new();

    // Where each line of the post begins, and whose it is.
    private readonly List<(int Start, string CustomId)> _lines = [];

    /// <summary>Lines the gateway has, known from its answers.</summary>
    public int Accepted { get; private set; }

    /// <summary>By custom id: why the gateway refused the line.</summary>
    public Dictionary<string, ErrorView> Refused { get; } = new(StringComparer.Ordinal);

    public async Task SendAsync(IEnumerable<InputItem> items, Action<int> sent, CancellationToken cancellationToken)
    {
        foreach (InputItem item in items.Where(item => item.Problem is null))
        {
            if (_lines.Count == LinesPerPost || (_lines.Count > 0 && _bytes.WrittenCount + item.Json.Length >= BytesPerPost))
            {
                await FlushAsync(sent, cancellationToken);
            }

            _lines.Add((_bytes.WrittenCount, item.CustomId!));
            _bytes.Write(item.Json.Span);
            _bytes.Write("\n"u8);
        }

        await FlushAsync(sent, cancellationToken);
    }

    private async Task FlushAsync(Action<int> sent, CancellationToken cancellationToken)
    {
        int done = 0;
        while (done < _lines.Count)
        {
            int answered = await PostPatientlyAsync(done, cancellationToken);
            if (answered == 0)
            {
                throw new CliFailure(ExitCode.Failed, $"The gateway took {Accepted} lines and then answered none.", "The same command sends the rest.");
            }

            done += answered;
            sent(Accepted + Refused.Count);
        }

        _lines.Clear();
        _bytes.ResetWrittenCount();
    }

    private async Task<int> PostPatientlyAsync(int from, CancellationToken cancellationToken)
    {
        TimeSpan wait = s_firstWait;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await PostAsync(from, cancellationToken);
            }
            catch (CliFailure failure) when (attempt < Tries && (failure.Code == GatewayUnreachable.Code || failure.Code.StartsWith("http_5", StringComparison.Ordinal)))
            {
                await Task.Delay(wait, shell.Clock, cancellationToken);
                wait *= 2;
            }
        }
    }

    /// <summary>How many lines were answered.</summary>
    private async Task<int> PostAsync(int from, CancellationToken cancellationToken)
    {
        int start = _lines[from].Start;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"leeway/runs/{state.Run}/requests")
        {
            Content = new ReadOnlyMemoryContent(_bytes.WrittenMemory[start..]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.Add("Leeway-Deadline", TimeText.Instant(state.Deadline));
        if (state.Mail is not null)
        {
            request.Headers.Add("Leeway-Mail", state.Mail);
        }

        using HttpResponseMessage answer = await gateway.SendAsync(request, cancellationToken);
        try
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
            int answered = 0;
            while (from + answered < _lines.Count && await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                AcceptedLineView view = GatewayClient.Read<AcceptedLineView>(line);
                string customId = _lines[from + answered].CustomId;
                if (view.Error is { } error)
                {
                    Refused[customId] = error;
                }
                else
                {
                    Accepted++;
                }

                answered++;
            }

            return answered;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new CliFailure(ExitCode.Failed, $"The connection to {gateway.Root} broke.") { Code = GatewayUnreachable.Code };
        }
    }
}
