using System.Text;
using System.Text.Json;

namespace Leeway.Chaos.Load;

/// <summary>
/// Clients that behave as good ones do: what may be repeated under a key is repeated at another node until it is accepted, what may not be
/// is left alone.
/// </summary>
internal sealed class Clients(Front front, ClientLog log, string webhook, ClientKeys? keys, CancellationToken giveUp)
{
    private const string Path = "/v1/chat/completions";

    private static readonly TimeSpan AcceptPatience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan HoldPatience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>A deferred call with <c>Prefer: respond-async</c>, repeated until it is accepted.</summary>
    public async Task AsyncAsync(Random random, string wait)
    {
        (Sent sent, string body) = log.Make(SentKind.Async, random.Next(40), webhook: random.Next(2) == 0, sparing: IsSparing(random));
        List<(string, string)> headers = [("Idempotency-Key", sent.Key), ("Prefer", "respond-async"), Waits(wait), .. Hook(sent.Webhook), .. KeyOf(sent)];
        for (int node = random.Next(front.Count); !giveUp.IsCancellationRequested; node++)
        {
            Reply? reply = await front.SendAsync(node, HttpMethod.Post, Path, Front.Json(body), AcceptPatience, headers);
            if (reply is { Status: < 300 })
            {
                sent.Accepted(reply.Id);
            }

            if (reply is { Status: < 300 } or { IsFinal: true })
            {
                return;
            }

            await PauseAsync();
        }
    }

    /// <summary>A deferred call whose connection is held; whoever loses it comes back with the same key.</summary>
    public async Task HeldAsync(Random random, string wait)
    {
        (Sent sent, string body) = log.Make(SentKind.Held, random.Next(40), sparing: IsSparing(random));
        for (int node = random.Next(front.Count); !giveUp.IsCancellationRequested; node++)
        {
            Reply? reply = await front.SendAsync(node, HttpMethod.Post, Path, Front.Json(body), HoldPatience, [("Idempotency-Key", sent.Key), Waits(wait), .. KeyOf(sent)]);
            if (reply?.Id is { } id)
            {
                sent.Accepted(id);
            }

            if (reply is { Good: true })
            {
                sent.Answered(reply.Body, $"held at node {node % front.Count}");
                return;
            }

            if (reply is { IsFinal: true })
            {
                return;
            }

            await PauseAsync();
        }
    }

    /// <summary>A call in real time, once.</summary>
    public async Task RealTimeAsync(Random random)
    {
        bool stream = random.Next(3) == 0;
        (Sent sent, string body) = log.Make(SentKind.RealTime, random.Next(40), stream: stream, sparing: IsSparing(random));
        sent.Node = random.Next(front.Count);
        Reply? reply = await front.SendAsync(sent.Node, HttpMethod.Post, Path, Front.Json(body), HoldPatience, KeyOf(sent));
        sent.DoneAt = TimeProvider.System.GetUtcNow();
        if (reply?.Id is { } id)
        {
            sent.Accepted(id);
        }

        sent.Complete = reply is { Good: true } && (!stream || reply.Body.Contains("data: [DONE]", StringComparison.Ordinal));
        if (sent.Complete)
        {
            // A stream brings the answer in pieces of words.
            sent.Answered(stream ? string.Concat(StreamText.Of(reply!.Body)) : reply!.Body, $"real time at node {sent.Node}");
        }
    }

    /// <summary>A run; lines that were not answered are sent again.</summary>
    public async Task RunAsync(Random random, int lines, string wait)
    {
        byte[] name = new byte[16];
        random.NextBytes(name);
        string run = $"run_{Convert.ToHexStringLower(name)}";
        var open = new Dictionary<string, (Sent Sent, string Line)>();
        for (int i = 0; i < lines; i++)
        {
            (Sent sent, string body) = log.Make(SentKind.RunLine, random.Next(40));
            sent.Group = run;
            open[sent.Key] = (sent, Line(sent.Key, body));
        }

        for (int node = random.Next(front.Count); open.Count > 0 && !giveUp.IsCancellationRequested; node++)
        {
            using var content = new StringContent(string.Concat(open.Values.Select(one => one.Line)), Encoding.UTF8, "application/x-ndjson");
            if (await front.SendAsync(node, HttpMethod.Post, $"/leeway/runs/{run}/requests", content, AcceptPatience, Waits(wait)) is { Good: true } reply)
            {
                foreach (JsonElement answer in Lines(reply.Body))
                {
                    if (answer.GetProperty("id").GetString() is { } id && open.Remove(answer.GetProperty("custom_id").GetString()!, out var taken))
                    {
                        taken.Sent.Accepted(id);
                    }
                    else if (answer.GetProperty("error") is { ValueKind: JsonValueKind.Object } refused)
                    {
                        log.Note($"line refused: {refused.GetProperty("code")}");
                        open.Remove(answer.GetProperty("custom_id").GetString()!);
                    }
                }
            }

            await PauseAsync();
        }
    }

    /// <summary>
    /// A batch file. Its creation has no key, so a repeated one is another batch with lines of its own: what became of the first is unknown.
    /// </summary>
    public async Task BatchAsync(Random random, int lines, string window)
    {
        bool hook = random.Next(2) == 0;
        int node = random.Next(front.Count);
        while (!giveUp.IsCancellationRequested)
        {
            (Sent Sent, string Body)[] made = [.. Enumerable.Range(0, lines).Select(_ => log.Make(SentKind.BatchLine, random.Next(40)))];
            string? file = null;
            while (file is null && !giveUp.IsCancellationRequested)
            {
                file = await UploadAsync(++node, string.Concat(made.Select(one => Line(one.Sent.Key, one.Body))));
            }

            string body = $$"""{"input_file_id":"{{file}}","endpoint":"{{Path}}","completion_window":"{{window}}"}""";
            Reply? reply = file is null ? null : await front.SendAsync(node, HttpMethod.Post, "/v1/batches", Front.Json(body), AcceptPatience, Hook(hook));
            if (reply is { Good: true })
            {
                using JsonDocument json = JsonDocument.Parse(reply.Body);
                string id = json.RootElement.GetProperty("id").GetString()!;
                foreach ((Sent sent, _) in made)
                {
                    sent.Group = id;
                    sent.Accepted(null);
                }

                log.Batches.Enqueue(new SentBatch(id, [.. made.Select(one => one.Sent)], hook, TimeProvider.System.GetUtcNow()));
                return;
            }

            // A deadline that cannot be met is refused for good.
            if (reply is { IsFinal: true })
            {
                return;
            }

            await PauseAsync();
        }
    }

    private async Task<string?> UploadAsync(int node, string lines)
    {
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" } };
        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(lines)), "file", "in.jsonl");
        if (await front.SendAsync(node, HttpMethod.Post, "/v1/files", form, AcceptPatience) is { Good: true } reply)
        {
            using JsonDocument json = JsonDocument.Parse(reply.Body);
            return json.RootElement.GetProperty("id").GetString();
        }

        await PauseAsync();
        return null;
    }

    private static string Line(string key, string body) => $$"""{"custom_id":"{{key}}","method":"POST","url":"{{Path}}","body":{{body}}}""" + "\n";

    private static IEnumerable<JsonElement> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);

    private bool IsSparing(Random random) => keys is not null && random.Next(4) == 0;

    private (string Name, string Value)[] KeyOf(Sent sent) => sent.Sparing ? [("Authorization", ClientKeys.Header(keys!.Sparing).ToString())] : [];

    private static (string Name, string Value) Waits(string wait) => wait.StartsWith("priority:", StringComparison.Ordinal)
        ? ("Leeway-Priority", wait["priority:".Length..])
        : ("Leeway-Deadline", wait);

    private (string Name, string Value)[] Hook(bool wanted) => wanted ? [("Leeway-Webhook", webhook)] : [];

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(Pause, giveUp);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }
}
