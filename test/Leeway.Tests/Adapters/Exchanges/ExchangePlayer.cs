using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Leeway.Tests.Adapters.Bedrock;

namespace Leeway.Tests.Adapters.Exchanges;

/// <summary>Does what a step says before a scripted server and writes down what was sent and what came of it, in the form of the file.</summary>
internal sealed partial class ExchangePlayer(AdapterBench bench, DirectoryInfo storage)
{
    private static readonly RequestId s_id = new(Guid.Parse("019abcde-0000-7000-8000-000000000001"));
    private static readonly string s_fingerprint = new BatchId(Guid.Parse("019abcde-0000-7000-8000-000000000002")) + ".1";

    private static readonly JsonSerializerOptions s_shown = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Server => new Uri(bench.Server.BaseUrl, "/").AbsoluteUri.TrimEnd('/');

    private string Storage => new Uri(storage.FullName).AbsoluteUri;

    public async Task<string> PlayAsync(ExchangeStep step)
    {
        foreach (WireText answer in step.Answers)
        {
            string[] line = answer.Line.Split(' ', 2);
            bench.Server.Then(
                int.Parse(line[0], System.Globalization.CultureInfo.InvariantCulture), Real(answer.Body), line[1], [.. answer.Headers.Select(header => (header.Name, Real(header.Value)))]);
        }

        bench.Server.Received.Clear();
        string result = await DoAsync(step);
        var text = new StringBuilder($"{string.Join(' ', [step.Name, .. step.Arguments])}\n{step.Given}");
        foreach ((int i, ReceivedRequest request) in bench.Server.Received.Index())
        {
            text.Append("\n>>>\n").Append(Show(request)).Append("\n<<<\n").Append(i < step.Answers.Count ? step.Answers[i] : "(nothing)");
        }

        return text.Append("\n===\n").Append(Shown(result)).ToString();
    }

    private Task<string> DoAsync(ExchangeStep step) => step.Name switch
    {
        "call" => CallAsync(step.Arguments[0], step.Given),
        "upload" => UploadAsync(step.Arguments[0], step.Arguments[1], step.Given),
        "create" => CreateAsync(step.Arguments[0], step.Arguments[1], step.Given),
        "get" => GetAsync(step.Arguments[0]),
        "store" => StoreAsync(step.Arguments[0], step.Given),
        "rows" => RowsAsync(step.Arguments[0], step.Arguments[1]),
        _ => throw new InvalidOperationException($"No step '{step.Name}'."),
    };

    private async Task<string> CallAsync(string endpoint, string body)
    {
        using ProviderAnswer answer = await bench.SendAsync(body, endpoint);
        string text = answer.Error is { } error ? $"{error.Kind} {error.ProviderCode}: {error.Message}" : await AdapterBench.TextAsync(answer);

        // A stream's usage is in one of its events, which the relay reads.
        ReportedUsage? usage = answer.ContentType.StartsWith("text/event-stream", StringComparison.Ordinal) ? null
            : answer.Reported?.Invoke() ?? bench.Provider.ReadUsage(endpoint, Encoding.UTF8.GetBytes(text));
        return $"{answer.StatusCode} {answer.ContentType}{(answer.ProviderRequestId is { } id ? "\nrequest: " + id : "")}{Count(usage)}\n\n{text}";
    }

    /// <summary>An input of one line. Where inputs lie in a storage and not at the vendor, what lies there is shown.</summary>
    private async Task<string> UploadAsync(string name, string endpoint, string body)
    {
        string file = await bench.Batches.UploadAsync(bench.Deployment, name, (writer, token) => WriteAsync(writer, endpoint, body, token), Token);
        string path = Path.Combine(storage.FullName, file);
        return File.Exists(path) ? $"{file}\n\n{await File.ReadAllTextAsync(path, Token)}" : file;
    }

    private async Task<string> CreateAsync(string file, string endpoint, string body) => JsonSerializer.Serialize(
        await bench.Batches.CreateAsync(bench.Deployment, new BatchCreation(file, endpoint, s_fingerprint, (writer, token) => WriteAsync(writer, endpoint, body, token)), Token), s_shown);

    private async Task<string> GetAsync(string id) => JsonSerializer.Serialize(await bench.Batches.GetAsync(bench.Deployment, id, Token), s_shown);

    private async Task<string> StoreAsync(string key, string content)
    {
        string path = Path.Combine(storage.FullName, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content, Token);
        return "";
    }

    private async Task<string> RowsAsync(string file, string endpoint)
    {
        await using Stream content = await bench.Batches.OpenFileAsync(bench.Deployment, file, Token);
        string[] lines = (await new StreamReader(content).ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return string.Join('\n', lines.Select(line =>
        {
            BatchRow row = bench.Batches.ReadRow(endpoint, Encoding.UTF8.GetBytes(line), bench.Deployment);
            string[] said = [$"{row.Kind} {row.CorrelationId} {row.StatusCode} {row.ErrorCode}".TrimEnd() + Count(row.Usage), Encoding.UTF8.GetString(row.Body.Span)];
            return string.Join('\n', said.Where(static part => part.Length > 0));
        }));
    }

    private async Task WriteAsync(System.IO.Pipelines.PipeWriter writer, string endpoint, string body, CancellationToken token)
    {
        bench.Batches.WriteLine(writer, s_id, endpoint, Encoding.UTF8.GetBytes(body), bench.Deployment);
        await writer.FlushAsync(token);
    }

    /// <summary>A request as sent, all of it but the server's port. A signature depends on that too, so that it is made again and compared.</summary>
    private string Show(ReceivedRequest request)
    {
        IEnumerable<(string, string)> headers = request.Headers.Where(static header => header.Key != "Host").OrderBy(static header => header.Key, StringComparer.OrdinalIgnoreCase)
            .Select(header => (header.Key, Shown(header.Key == "Authorization" ? Signed(request, header.Value) : header.Value)));
        return new WireText(Shown(request.RawLine), [.. headers], Shown(request.Text)).ToString();
    }

    private static string Signed(ReceivedRequest request, string authorization) =>
        Scope().Match(authorization) is { Success: true } scope && authorization == BedrockBench.Authorization(request with { Line = request.RawLine }, scope.Groups[1].Value)
            ? $"{{signed for {scope.Groups[1].Value}}}"
            : authorization;

    private string Shown(string text) =>
        MadeUpId().Replace(text.Replace(Server, "{server}", StringComparison.Ordinal).Replace(Storage, "{storage}", StringComparison.Ordinal), "chatcmpl-{id}");

    private string Real(string text) => text.Replace("{server}", Server, StringComparison.Ordinal).Replace("{storage}", Storage, StringComparison.Ordinal);

    private static string Count(ReportedUsage? usage) => usage?.Tokens is { } tokens
        ? $"\ntokens: input {tokens.Input}, cached {tokens.CachedInput}, cache write {tokens.CacheWrite}, output {tokens.Output}, reasoning {tokens.Reasoning}"
        : "";

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/eu-central-1/([a-z]+)/aws4_request")]
    private static partial Regex Scope();

    // Where the vendor's answer has no id, ours is a random one.
    [GeneratedRegex("chatcmpl-[0-9a-f]{24,}")]
    private static partial Regex MadeUpId();
}
