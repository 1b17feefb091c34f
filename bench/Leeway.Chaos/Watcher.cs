using System.Collections.Concurrent;
using System.Text.Json;
using Leeway.Chaos.Load;

namespace Leeway.Chaos;

/// <summary>
/// Asks for answers while troubles last, each at another node, and keeps what it was told: an end that was once seen must be the one that is
/// there in the end.
/// </summary>
internal sealed class Watcher(Front front, ClientLog log, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly ConcurrentDictionary<string, bool> _seen = new();

    public async Task RunAsync(CancellationToken stop)
    {
        var random = new Random(seed);
        while (!stop.IsCancellationRequested)
        {
            (Sent Sent, string Id)[] open = [.. log.Sent.Where(sent => sent.Kind is SentKind.Async or SentKind.RunLine)
                .SelectMany(sent => sent.Ids.Select(id => (sent, id))).Where(one => !_seen.ContainsKey(one.id))];
            if (open.Length == 0)
            {
                await Task.Delay(Pause, CancellationToken.None);
                continue;
            }

            // A hundred of them, then a new look at which are open.
            random.Shuffle(open);
            foreach ((Sent sent, string id) in open.Take(100))
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                await LookAsync(random.Next(front.Count), sent, id);
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    private async Task LookAsync(int node, Sent sent, string id)
    {
        if (await front.SendAsync(node, HttpMethod.Get, $"/leeway/requests/{id}", null, Patience) is not { Good: true } reply)
        {
            return;
        }

        using JsonDocument json = JsonDocument.Parse(reply.Body);
        if (json.RootElement.GetProperty("state").GetString() == "succeeded")
        {
            sent.Answered(json.RootElement.GetProperty("response").GetProperty("body").GetRawText(), $"polled at node {node % front.Count}");
            _seen[id] = true;
        }
    }
}
