using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Hosting;
using Leeway.Cli.Runs;

namespace Leeway.Cli.Watch;

/// <summary>
/// One file from its place and back.
/// 1. Copy it. 2. Run the copy as <c>leeway run</c> does, under a run id made of its address and content: a second watcher, or this one without its
/// work folder, comes to the same requests. 3. Write errors, then results, whose presence says that the file was run. 4. Forget the copy.
/// </summary>
internal sealed class WatchedFile(
    Shell shell, WatchOptions options, IObjectStore store, GatewayTarget gateway, KnownPrices prices, string key, string output, string errors)
{
    private const string ContentType = "application/x-ndjson";

    private readonly string _copy = Path.Combine(options.Work, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(store.AddressOf(key))).AsSpan(0, 8)) + ".jsonl");

    private string Results => Path.ChangeExtension(_copy, ".out");

    /// <summary>Brings the file to its results, unless something is in the way that may pass.</summary>
    public async Task<FileOutcome> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            // 1.
            if (!File.Exists(_copy))
            {
                await CopyAsync(cancellationToken);
            }

            if (!File.Exists(Results + ".leeway"))
            {
                File.Delete(Results);
            }

            // 2.
            Shell own = Quiet();
            var session = new RunSession(own, await ReadOptionsAsync(cancellationToken), prices);
            (RunState state, bool isComplete) = await session.PrepareAsync(gateway.IsSimulated, cancellationToken);
            RunEnd end = isComplete ? state.End! : await session.CompleteAsync(state, gateway.Client, cancellationToken);

            // 3.
            await WriteAsync(errors, isError: true, cancellationToken);
            await WriteAsync(output, isError: false, cancellationToken);

            // 4.
            Forget();
            int bad = end.Failed + end.Expired + end.Cancelled + end.Refused;
            shell.Say($"{key}: {end.Succeeded} done, {bad} failed · {output}{(bad > 0 ? $", {errors}" : "")}");
            return bad == 0 ? FileOutcome.Good : FileOutcome.WithErrors;
        }
        catch (CliFailure failure) when (failure.Code is "invalid_input" or "cost_refused")
        {
            // The file itself is at fault: what is wrong stands where its results would.
            return await RefuseAsync(failure, cancellationToken);
        }
        catch (Exception error) when (error is CliFailure or ProviderException or IOException or HttpRequestException)
        {
            shell.Say($"{key} could not be brought on and is tried again: {error.Message}");
            return FileOutcome.Unfinished;
        }
    }

    private async Task CopyAsync(CancellationToken cancellationToken)
    {
        string next = _copy + ".tmp";
        await using (Stream from = await store.OpenAsync(key, cancellationToken))
        await using (var to = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await from.CopyToAsync(to, cancellationToken);
            to.Flush(flushToDisk: true);
        }

        File.Move(next, _copy, overwrite: true);
    }

    private async Task<RunOptions> ReadOptionsAsync(CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(_copy, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] content = await SHA256.HashDataAsync(stream, cancellationToken);
        byte[] identity = SHA256.HashData([.. Encoding.UTF8.GetBytes($"watch\n{store.AddressOf(key)}\n"), .. content]);
        return new RunOptions
        {
            Input = _copy,
            Shown = key,
            Output = Results,
            Parameters = new RunParameters { Partial = true },
            Deadline = shell.Clock.GetUtcNow() + options.Within,
            MaxCost = options.MaxCost,
            Run = new RunId(new Guid(identity.AsSpan(0, 16), bigEndian: true)),
            Yes = true,
        };
    }

    // Lines with an error, or with an answer that is one, in one file; the others in the other.
    private Task WriteAsync(string to, bool isError, CancellationToken cancellationToken)
    {
        if (isError && !File.ReadLines(Results).Any(IsError))
        {
            return Task.CompletedTask;
        }

        return store.WriteAsync(
            to,
            ContentType,
            async (writer, token) =>
            {
                foreach (string line in File.ReadLines(Results))
                {
                    if (IsError(line) == isError)
                    {
                        await WriteLineAsync(writer, line, token);
                    }
                }
            },
            cancellationToken);
    }

    private async Task<FileOutcome> RefuseAsync(CliFailure failure, CancellationToken cancellationToken)
    {
        shell.Say($"{key} is refused: {failure.Message}");
        string line = JsonSerializer.Serialize(new { id = (string?)null, custom_id = (string?)null, response = (object?)null, error = new { code = failure.Code, message = failure.Message } });
        try
        {
            await store.WriteAsync(errors, ContentType, (writer, token) => WriteLineAsync(writer, line, token), cancellationToken);
            await store.WriteAsync(output, ContentType, static (_, _) => Task.CompletedTask, cancellationToken);
            Forget();
            return FileOutcome.WithErrors;
        }
        catch (ProviderException error)
        {
            shell.Say($"{errors} could not be written and is tried again: {error.Error.Message}");
            return FileOutcome.Unfinished;
        }
    }

    private static async Task WriteLineAsync(PipeWriter writer, string line, CancellationToken cancellationToken) =>
        await writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);

    private static bool IsError(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        return root.GetProperty("error").ValueKind != JsonValueKind.Null || root.GetProperty("response").GetProperty("status_code").GetInt32() >= 400;
    }

    private void Forget()
    {
        foreach (string file in (string[])[Results, Results + ".leeway", _copy])
        {
            File.Delete(file);
        }
    }

    // Several files speak at once, and nobody is there to be asked.
    private Shell Quiet() => new(TextWriter.Null, TextWriter.Null, shell.Surroundings with { CanAsk = false, ErrorIsTerminal = false, OutputIsTerminal = false });
}

/// <summary>What came of a file.</summary>
internal enum FileOutcome
{
    /// <summary>Its results are in place, and all are good.</summary>
    Good,

    /// <summary>Its results are in place, and some are errors.</summary>
    WithErrors,

    /// <summary>It has no results yet.</summary>
    Unfinished,
}
