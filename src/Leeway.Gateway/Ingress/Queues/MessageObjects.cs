using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Leeway.Adapters.Objects;
using Leeway.Files;
using Leeway.Gateway.Ingress.Batches;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>Objects that messages name in place of their requests: only those below the place that the operator has set for the queue.</summary>
internal sealed class MessageObjects(IConfigSource config)
{
    /// <summary>Lines that are taken in side by side.</summary>
    public const int Window = 256;

    private readonly ConcurrentDictionary<(ObjectLocation Location, CloudSettings Cloud), IObjectStore> _stores = new();

    /// <summary>The whole content of an object, or why it cannot be had.</summary>
    public async Task<(ReadOnlyMemory<byte> Content, Problem? Problem)> ReadAsync(QueueConfig queue, string address, CancellationToken cancellationToken)
    {
        long limit = config.Current.Server.Limits.BodyBytes;
        try
        {
            await using Stream stream = await OpenAsync(queue, address, cancellationToken);
            var content = new MemoryStream();
            byte[] buffer = new byte[64 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                content.Write(buffer.AsSpan(0, read));
                if (content.Length > limit)
                {
                    return (default, QueueProblems.TooLong("The object", limit, "server.limits.body"));
                }
            }

            return (content.GetBuffer().AsMemory(0, (int)content.Length), null);
        }
        catch (UnreadableObjectException unreadable)
        {
            return (default, unreadable.Problem);
        }
    }

    /// <summary>The lines of an object, each with a copy of its text.</summary>
    /// <exception cref="UnreadableObjectException">It cannot be had, or has too many.</exception>
    public async IAsyncEnumerable<ObjectLine> ReadLinesAsync(QueueConfig queue, string address, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BatchFileLimits limits = BatchFileLimits.Of(config.Current.Server.Limits);
        var ids = new CustomIds();
        int lines = 0;
        await using Stream stream = await OpenAsync(queue, address, cancellationToken);
        await foreach (FileLine line in FileLines.ReadAsync(stream, limits.LineBytes, cancellationToken))
        {
            if (++lines > limits.Lines)
            {
                throw new UnreadableObjectException(QueueProblems.Bad("object", $"The file has more than {limits.Lines} lines (server.limits.batch_lines); those from line {line.Number} on were not queued."));
            }

            yield return line.IsTooLong
                ? new ObjectLine(line.Number, ReadOnlyMemory<byte>.Empty, ids, QueueProblems.TooLong("The line", limits.LineBytes, "server.limits.line"))
                : new ObjectLine(line.Number, line.Bytes.ToArray(), ids, null);
        }
    }

    private async Task<Stream> OpenAsync(QueueConfig queue, string address, CancellationToken cancellationToken)
    {
        if (queue.Objects is not { Url: { } root } place)
        {
            throw new UnreadableObjectException(QueueProblems.NoObjects(address));
        }

        string below = root.OriginalString.TrimEnd('/') + "/";
        if (!address.StartsWith(below, StringComparison.Ordinal) || address.Length == below.Length)
        {
            throw new UnreadableObjectException(QueueProblems.OtherPlace(address, root));
        }

        var cloud = new CloudSettings { Region = queue.Region, Project = queue.Project, Credentials = queue.Credentials.Reveal() };
        IObjectStore store = _stores.GetOrAdd((new ObjectLocation(root, place.Endpoint), cloud), static at => ObjectPlaces.Open(at.Location, at.Cloud));
        try
        {
            return await store.OpenAsync(address[below.Length..], cancellationToken);
        }
        catch (ArgumentException)
        {
            // It is no key: it walks up, or hides.
            throw new UnreadableObjectException(QueueProblems.OtherPlace(address, root));
        }
        catch (ProviderException e) when (e.Error.Kind is ProviderErrorKind.NotFound or ProviderErrorKind.AuthenticationFailed or ProviderErrorKind.InvalidRequest)
        {
            throw new UnreadableObjectException(QueueProblems.Unreadable(address, e.Error));
        }
    }
}

/// <summary>A line of an object.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Its bytes.</param>
/// <param name="Ids">The custom ids of its file.</param>
/// <param name="Problem">Why it cannot be read, or null.</param>
internal readonly record struct ObjectLine(int Number, ReadOnlyMemory<byte> Text, CustomIds Ids, Problem? Problem);

/// <summary>An object that a message names cannot be read, by the message's fault.</summary>
internal sealed class UnreadableObjectException(Problem problem) : Exception(problem.FullMessage)
{
    public Problem Problem { get; } = problem;
}
