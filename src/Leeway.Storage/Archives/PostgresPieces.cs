namespace Leeway.Storage.Archives;

/// <summary>A content of a PostgreSQL store, which keeps it in pieces, as a stream.</summary>
internal sealed class PostgresPieces : Stream
{
    private readonly PostgresRows _rows;
    private readonly Guid _id;
    private ReadOnlyMemory<byte> _piece;
    private int _next;

    private PostgresPieces(PostgresRows rows, Guid id) => (_rows, _id) = (rows, id);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens a content; null when there is none.</summary>
    public static async Task<Stream?> OpenAsync(PostgresRows rows, Guid id, CancellationToken cancellationToken)
    {
        var stream = new PostgresPieces(rows, id);
        return await stream.NextAsync(cancellationToken) ? stream : null;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_piece.IsEmpty && !await NextAsync(cancellationToken))
        {
            return 0;
        }

        int read = Math.Min(buffer.Length, _piece.Length);
        _piece[..read].CopyTo(buffer);
        _piece = _piece[read..];
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        byte[]? piece = await _rows.PieceAsync(_id, _next++, cancellationToken);
        _piece = piece;
        return piece is not null;
    }
}
