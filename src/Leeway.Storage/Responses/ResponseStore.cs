using Leeway.Storage.Results;
using Leeway.Storage.Sql;

namespace Leeway.Storage.Responses;

/// <summary>What is kept of Responses.</summary>
internal sealed class ResponseStore(Writer writer, ReadPool reads) : IResponseStore
{
    private const string SealingKey = "responses.sealing";

    /// <inheritdoc/>
    public Task KeepAsync(RequestId id, bool background, string? previous, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            (id, background, previous),
            static (session, state) => session.Write(ResponseSql.Keep).With(state.id.Value).With(state.background).With(state.previous).Run(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ResponseNote?> FindAsync(RequestId id, CancellationToken cancellationToken) =>
        reads.ReadAsync(id, static (session, id) =>
        {
            Statement row = session.Read(ResponseSql.Find).With(id.Value);
            return row.Next() ? new ResponseNote(row.TextOrNull(), row.InstantOrNull() is not null) : null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(RequestId id, DateTimeOffset at, CancellationToken cancellationToken) =>
        writer.WriteAsync((id, at), static (session, state) =>
        {
            session.Write(ResponseSql.EmptyBody).With(state.id.Value).With(ReadOnlyMemory<byte>.Empty).Run();
            session.Write(ResultSql.Delete).With(state.id.Value).Run();
            session.Write(ResponseSql.MarkDeleted).With(state.id.Value).With(state.at).Run();
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> SealingKeyAsync(byte[] candidate, CancellationToken cancellationToken) =>
        writer.WriteAsync(candidate, static (session, candidate) =>
        {
            session.Write(ResponseSql.InsertSecret).With(SealingKey).With(candidate).Run();
            Statement row = session.Read(ResponseSql.FindSecret).With(SealingKey);
            row.Next();
            byte[] key = row.Bytes();
            row.Reset();
            return key;
        }, cancellationToken);
}
