using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Commands;

namespace Leeway.Cli.Runs;

/// <summary>
/// Fetches a run's results page by page and writes them in the order of the input, one line per line of it. Bodies wait in a file beside the
/// output, since results come in the order of acceptance; only their places are held in memory.
/// </summary>
internal sealed class ResultCollector(GatewayClient gateway, RunState state, InputFile input, IReadOnlyDictionary<string, ErrorView> refused)
{
    private const int PerPage = 500;

    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Dictionary<string, (long Start, int Length)> _places = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _line = new();
    private int _succeeded;
    private int _failed;
    private int _expired;
    private int _cancelled;
    private int _refused;

    /// <summary>Writes every line to <paramref name="output"/>; <paramref name="scratch"/> is the path of a file that is made and deleted.</summary>
    public async Task<RunEnd> CollectAsync(Stream output, string scratch, CancellationToken cancellationToken)
    {
        await using var bodies = new FileStream(scratch, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        await FetchAsync(bodies, cancellationToken);
        byte[] buffer = [];
        foreach (InputItem item in input.Read())
        {
            if (item is { Problem: null, CustomId: { } id } && _places.TryGetValue(id, out var place))
            {
                if (buffer.Length < place.Length)
                {
                    buffer = new byte[place.Length];
                }

                bodies.Position = place.Start;
                await bodies.ReadExactlyAsync(buffer.AsMemory(0, place.Length), cancellationToken);
                await output.WriteAsync(buffer.AsMemory(0, place.Length), cancellationToken);
                continue;
            }

            _refused++;
            WriteWithoutResult(item);
            await output.WriteAsync(_line.WrittenMemory, cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
        return new RunEnd { Succeeded = _succeeded, Failed = _failed, Expired = _expired, Cancelled = _cancelled, Refused = _refused };
    }

    private async Task FetchAsync(Stream bodies, CancellationToken cancellationToken)
    {
        string? after = null;
        while (true)
        {
            string path = Query.Path($"leeway/runs/{state.Run}/results", ("after", after), ("limit", PerPage.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            using HttpResponseMessage answer = await gateway.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
            await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using var reader = new StreamReader(stream);
            int count = 0;
            while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
            {
                RunResultView result = GatewayClient.Read<RunResultView>(line);
                Count(result.State);
                Write(result);
                _places[result.CustomId ?? ""] = (bodies.Position, _line.WrittenCount);
                bodies.Write(_line.WrittenSpan);
                after = result.Id;
                count++;
            }

            if (count == 0)
            {
                return;
            }
        }
    }

    private void Count(string ended)
    {
        _ = ended switch
        {
            "succeeded" => _succeeded++,
            "expired" => _expired++,
            "cancelled" => _cancelled++,
            _ => _failed++,
        };
    }

    /// <summary>In the form of a line of OpenAI's batch output.</summary>
    private void Write(RunResultView result)
    {
        using Utf8JsonWriter json = Begin(result.Id, result.CustomId);
        // An end without an answer of a provider is told as an error, as in OpenAI's error files.
        bool hasAnswer = result.Response is not null && result.State is not ("expired" or "cancelled");
        if (hasAnswer)
        {
            json.WriteStartObject("response");
            json.WriteNumber("status_code", result.Response!.StatusCode);
            json.WriteString("request_id", result.Id);
            json.WritePropertyName("body");
            result.Response.Body.WriteTo(json);
            json.WriteEndObject();
            json.WriteNull("error");
        }
        else
        {
            WriteError(json, result.Error?.Code ?? (result.State == "expired" ? "request_expired" : result.State == "cancelled" ? "request_cancelled" : "failed"), result.Error?.Message ?? $"The request {result.State}.");
        }

        End(json);
    }

    private void WriteWithoutResult(InputItem item)
    {
        ErrorView? refusal = item.CustomId is { } id ? refused.GetValueOrDefault(id) : null;
        using Utf8JsonWriter json = Begin(null, item.CustomId);
        if (item.Problem is { } problem)
        {
            WriteError(json, "invalid_line", $"{item.Place(input.Shown)} {problem}");
        }
        else
        {
            WriteError(json, refusal?.Code ?? "not_accepted", refusal?.Message ?? "The gateway never accepted this line.");
        }

        End(json);
    }

    private Utf8JsonWriter Begin(string? id, string? customId)
    {
        _line.ResetWrittenCount();
        var json = new Utf8JsonWriter(_line, s_json);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("custom_id", customId);
        return json;
    }

    private static void WriteError(Utf8JsonWriter json, string code, string message)
    {
        json.WriteNull("response");
        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
    }

    private void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        _line.Write("\n"u8);
    }
}
