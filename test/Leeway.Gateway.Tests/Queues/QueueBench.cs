namespace Leeway.Gateway.Tests.Queues;

/// <summary>Queues of requests, results and rejects on a real server or a fake that lives outside the gateway, seen as their sender and receiver see them.</summary>
internal abstract class QueueBench : IAsyncDisposable
{
    /// <summary>What stands under <c>queues:</c> for them, under the name <c>work</c>.</summary>
    /// <param name="more">Settings besides, each before a comma.</param>
    /// <param name="deadLetter">Whether rejects have a queue of their own.</param>
    public abstract string Yaml(string more = "", bool deadLetter = true);

    /// <summary>Sends requests.</summary>
    public abstract Task SendAsync(IReadOnlyList<string> bodies, params (string Name, string Value)[] attributes);

    public Task SendAsync(string body, params (string Name, string Value)[] attributes) => SendAsync([body], attributes);

    /// <summary>Receives what is there and acknowledges it.</summary>
    public abstract Task<IReadOnlyList<Received>> TakeResultsAsync();

    /// <summary>The same of rejects.</summary>
    public abstract Task<IReadOnlyList<Received>> TakeRejectsAsync();

    /// <summary>Messages that are not acknowledged yet.</summary>
    public abstract Task<int> CountRequestsAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>A message as a receiver sees it.</summary>
    public sealed record Received(string Body, IReadOnlyDictionary<string, string> Attributes);
}
