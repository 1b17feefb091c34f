using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Output;

namespace Leeway.Cli.Commands;

/// <summary>
/// Puts a question to the gateway. One that may wait is first made durable (202), so that its id is known before the wait; then the same
/// call, by its Idempotency-Key, holds the connection and is repeated as often as the gateway lets go of it.
/// </summary>
internal sealed class Asking(Shell shell, GatewayClient gateway, Question question)
{
    private const string Path = "v1/chat/completions";

    private readonly string _key = "ask-" + new IdSource(shell.Clock, shell.Surroundings.Random).Next().ToString("N");
    private string? _id;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        long start = shell.Clock.GetTimestamp();
        try
        {
            if (question is { Deadline: { } deadline, Stream: false })
            {
                await EnqueueAsync(deadline, cancellationToken);
            }

            using HttpResponseMessage answer = await HoldAsync(cancellationToken);
            _id = Header(answer, "Leeway-Request-Id") ?? _id;
            if (question.Stream)
            {
                await PrintStreamAsync(answer, cancellationToken);
            }
            else
            {
                await PrintAsync(answer, cancellationToken);
            }

            Narrate(answer, shell.Clock.GetElapsedTime(start));
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (_id is not null && question.Deadline is not null)
        {
            shell.Say($"Stopped waiting; the request goes on. Fetch the answer with:\n  leeway request show {_id}\nor give it up with:\n  leeway request cancel {_id}");
            throw;
        }
    }

    private async Task EnqueueAsync(DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Message();
        request.Headers.Add("Prefer", "respond-async");
        using HttpResponseMessage answer = await gateway.SendAsync(request, cancellationToken);
        _id = Header(answer, "Leeway-Request-Id");
        if (answer.StatusCode == HttpStatusCode.Accepted)
        {
            shell.Say($"{_id} is queued; the answer is due by {TimeText.Local(deadline)}, in {TimeText.Of(deadline - shell.Clock.GetUtcNow())}.");
        }
    }

    private async Task<HttpResponseMessage> HoldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using HttpRequestMessage request = Message();
            HttpResponseMessage answer = await gateway.SendUncheckedAsync(request, cancellationToken);
            if ((int)answer.StatusCode < 400)
            {
                return answer;
            }

            using (answer)
            {
                _id = Header(answer, "Leeway-Request-Id") ?? _id;
                if (answer.StatusCode != HttpStatusCode.RequestTimeout || question.Deadline is null)
                {
                    throw await GatewayClient.FailureOfAsync(answer, cancellationToken);
                }
            }
        }
    }

    private HttpRequestMessage Message()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(question.ToBody(), Encoding.UTF8, "application/json") };
        if (question.Deadline is { } deadline)
        {
            request.Headers.Add("Leeway-Deadline", TimeText.Instant(deadline));
            request.Headers.Add("Idempotency-Key", _key);
        }

        return request;
    }

    private async Task PrintAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        string body = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (shell.Json)
        {
            await shell.Out.WriteLineAsync(body);
            return;
        }

        using JsonDocument document = JsonDocument.Parse(body);
        await shell.Out.WriteLineAsync(Shown(TextOf(document.RootElement, "message")));
    }

    private async Task PrintStreamAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("data:", StringComparison.Ordinal))
            {
                continue;
            }

            string data = line[5..].Trim();
            if (data == "[DONE]")
            {
                break;
            }

            if (shell.Json)
            {
                await shell.Out.WriteLineAsync(data);
                continue;
            }

            using JsonDocument chunk = JsonDocument.Parse(data);
            if (chunk.RootElement.TryGetProperty("error", out _))
            {
                Refusal refusal = Refusal.Parse(200, data);
                throw new CliFailure(refusal.ExitCode, refusal.Message) { Code = refusal.Code };
            }

            await shell.Out.WriteAsync(Shown(TextOf(chunk.RootElement, "delta")));
            await shell.Out.FlushAsync(cancellationToken);
        }

        if (!shell.Json)
        {
            await shell.Out.WriteLineAsync();
        }
    }

    private string Shown(string text) => shell.Surroundings.OutputIsTerminal ? Plain.Lines(text) : text;

    private static string TextOf(JsonElement answer, string part) =>
        answer.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
        && choices[0].TryGetProperty(part, out JsonElement message) && message.TryGetProperty("content", out JsonElement content)
            ? content.ValueKind == JsonValueKind.String ? content.GetString() ?? "" : ""
            : "";

    private void Narrate(HttpResponseMessage answer, TimeSpan wait)
    {
        List<string> parts = [Header(answer, "Leeway-Lane") ?? "realtime"];
        if (Money(answer, "Leeway-Cost") is { } cost)
        {
            parts.Add("cost " + MoneyText.Of(cost));
        }

        if (Money(answer, "Leeway-Saved") is { } saved and not 0)
        {
            parts.Add("saved " + MoneyText.Of(saved));
        }

        parts.Add("waited " + TimeText.Of(wait));
        if (_id is not null)
        {
            parts.Add(_id);
        }

        shell.Say(string.Join(" · ", parts));
    }

    private static decimal? Money(HttpResponseMessage answer, string name) =>
        decimal.TryParse(Header(answer, name), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal amount) ? amount : null;

    // A stream tells its cost after its text, in the trailers.
    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out IEnumerable<string>? values) || answer.TrailingHeaders.TryGetValues(name, out values) ? values.FirstOrDefault() : null;
}
