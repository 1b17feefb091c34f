using System.Globalization;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Objects;

/// <summary>One upload by the resumable protocol: pieces of a fixed size, of which one is in memory.</summary>
internal sealed class CloudStorageUpload(Binding binding, JsonCalls calls, TimeProvider clock) : IAsyncDisposable
{
    // Every piece but the last is a multiple of 256 KiB.
    private const int PieceBytes = 8 * 1024 * 1024;
    private const int PipeBytes = 1024 * 1024;
    private const int MoreExpected = 308;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: PipeBytes, resumeWriterThreshold: PipeBytes / 2, useSynchronizationContext: false));
    private readonly CancellationTokenSource _ending = new();
    private Task _writing = Task.CompletedTask;
    private Exception? _writersFailure;
    private string _address = "";

    public async Task StartAsync(string path, string contentType, CancellationToken cancellationToken)
    {
        using var patience = new Patience(JsonCalls.Limit, clock, cancellationToken);
        using var nothing = new ByteArrayContent([]);
        HttpRequestMessage request = binding.Request(HttpMethod.Post, path, nothing);
        request.Headers.TryAddWithoutValidation("X-Upload-Content-Type", contentType);
        using HttpResponseMessage response = await calls.GetHeadAsync(binding, request, patience, cancellationToken);
        _address = response.Headers.NonValidated.TryGetValues("Location", out HeaderStringValues values) && values.ToString() is { Length: > 0 } address
            ? address
            : throw Failures.Malformed(binding.Deployment, "began an upload without an address");
    }

    /// <summary>Calls <paramref name="write"/> once and sends what it writes. What it throws is thrown on, and nothing is seen of the object.</summary>
    public async Task SendAsync(Func<PipeWriter, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        _writing = FillAsync(write);
        byte[] piece = new byte[PieceBytes];
        long sent = 0;
        int held = 0;
        Stream content = _pipe.Reader.AsStream(leaveOpen: true);
        bool isLast;
        do
        {
            // A piece may have been taken in part: what is left of it comes first in the next.
            int read;
            try
            {
                read = await content.ReadAtLeastAsync(piece.AsMemory(held), PieceBytes - held, throwOnEndOfStream: false, cancellationToken);
            }
            catch (Exception) when (_writersFailure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
                throw;
            }

            held += read;
            isLast = held < PieceBytes;
            long taken = await SendPieceAsync(piece.AsMemory(0, held), sent, isLast ? sent + held : null, cancellationToken);
            int left = (int)(sent + held - taken);
            piece.AsSpan(held - left, left).CopyTo(piece);
            (sent, held) = (taken, left);
        }
        while (!isLast || held > 0);
    }

    public async ValueTask DisposeAsync()
    {
        // A writer that waits for room has to hear that nobody reads any more.
        await _pipe.Reader.CompleteAsync();
        await _ending.CancelAsync();
        await _writing;
        _ending.Dispose();
    }

    private async Task FillAsync(Func<PipeWriter, CancellationToken, Task> write)
    {
        try
        {
            await write(_pipe.Writer, _ending.Token);
            await _pipe.Writer.CompleteAsync();
        }
        catch (Exception e)
        {
            _writersFailure = e;
            await _pipe.Writer.CompleteAsync(e);
        }
    }

    /// <summary>Sends bytes from <paramref name="start"/> on; <paramref name="total"/> is the object's length once that is known.</summary>
    /// <returns>How many bytes of the object have arrived.</returns>
    private async Task<long> SendPieceAsync(ReadOnlyMemory<byte> piece, long start, long? total, CancellationToken cancellationToken)
    {
        using var patience = new Patience(JsonCalls.Limit, clock, cancellationToken);
        using var content = new ReadOnlyMemoryContent(piece);
        string range = piece.IsEmpty ? "*" : string.Create(CultureInfo.InvariantCulture, $"{start}-{start + piece.Length - 1}");
        content.Headers.TryAddWithoutValidation("Content-Range", $"bytes {range}/{total?.ToString(CultureInfo.InvariantCulture) ?? "*"}");
        using HttpRequestMessage request = binding.RequestAt(HttpMethod.Put, _address, content);
        HttpResponseMessage response;
        try
        {
            response = await binding.Invoker.SendAsync(request, patience.Token);
        }
        catch (Exception e) when (patience.IsLost)
        {
            throw Failures.TimedOut(ProviderErrorKind.FirstByteTimeout, binding.Deployment, patience.Limit, e);
        }
        catch (Exception e) when (Failures.IsTransport(e, cancellationToken))
        {
            throw Failures.Wrap(e, binding.Deployment);
        }

        using (response)
        {
            if (response.IsSuccessStatusCode)
            {
                return total ?? throw Failures.Malformed(binding.Deployment, "ended an upload before its last piece");
            }

            return (int)response.StatusCode == MoreExpected
                ? Arrived(response, start, start + piece.Length, total)
                : throw new ProviderException(await ErrorAnswers.ReadAsync(response, binding, translated: false, clock, patience.Token));
        }
    }

    private long Arrived(HttpResponseMessage response, long start, long end, long? total)
    {
        long arrived = response.Headers.NonValidated.TryGetValues("Range", out HeaderStringValues values)
            && values.ToString() is var text && text.StartsWith("bytes=0-", StringComparison.Ordinal)
            && long.TryParse(text.AsSpan("bytes=0-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out long last) ? last + 1 : 0;

        // No step forward, or one beyond what was sent, would go on forever.
        return arrived > start && arrived <= end && arrived != total ? arrived : throw Failures.Malformed(binding.Deployment, $"took {arrived} bytes of an upload of which {start} had arrived and {end} were sent");
    }
}
