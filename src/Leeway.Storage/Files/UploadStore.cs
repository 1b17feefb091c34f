using Leeway.Storage.Sql;

namespace Leeway.Storage.Files;

/// <summary>Uploads in parts.</summary>
internal sealed class UploadStore(Writer writer, ReadPool reads) : IUploadStore
{
    private const int TakenAtOnce = 1000;

    // As long as a client may still ask how its upload ended.
    private static readonly TimeSpan s_remembered = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public Task AddAsync(Upload upload, CancellationToken cancellationToken) =>
        writer.WriteAsync(upload, static (session, upload) => session.Write(UploadSql.Insert)
            .With(upload.Id.Value)
            .With(upload.Team)
            .With(upload.Name)
            .With(upload.Purpose)
            .With(upload.Bytes)
            .With(upload.MimeType)
            .With((long?)upload.FileLifetime?.TotalMilliseconds)
            .With(upload.CreatedAt)
            .With(upload.ExpiresAt)
            .With((long)upload.State)
            .With(upload.File?.Value)
            .Run(), cancellationToken);

    /// <inheritdoc/>
    public Task<Upload?> FindAsync(UploadId id, string team, CancellationToken cancellationToken) =>
        reads.ReadAsync((id, team), static (session, state) =>
        {
            Statement row = session.Read(UploadSql.Find).With(state.id.Value).With(state.team);
            return row.Next() ? Read(row) : null;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> AddPartAsync(UploadPart part, UploadRoom room, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync((part, room, now), static (session, state) =>
            session.Read(UploadSql.Lock).With(state.part.Upload.Value).Next()
            && session.Write(UploadSql.InsertPart)
                .With(state.part.Id.Value)
                .With(state.part.Upload.Value)
                .With(state.part.Bytes)
                .With(state.now)
                .With(state.room.Bytes)
                .With(state.room.Parts)
                .RunCounted() > 0, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<UploadPart>> ListPartsAsync(UploadId id, CancellationToken cancellationToken) =>
        reads.ReadAsync(id, static (session, id) =>
        {
            var parts = new List<UploadPart>();
            Statement row = session.Read(UploadSql.ListParts).With(id.Value);
            while (row.Next())
            {
                parts.Add(new UploadPart(new PartId(row.Id()), id, row.Int64(), row.Instant()));
            }

            return (IReadOnlyList<UploadPart>)parts;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CompleteAsync(UploadId id, StoredFile file, CancellationToken cancellationToken) =>
        writer.WriteAsync((id, file), static (session, state) =>
        {
            if (session.Write(UploadSql.Complete).With(state.id.Value).With(state.file.Id.Value).RunCounted() == 0)
            {
                return false;
            }

            FileStore.Insert(session, state.file);
            return true;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CancelAsync(UploadId id, CancellationToken cancellationToken) =>
        writer.WriteAsync(id, static (session, id) => session.Write(UploadSql.Cancel).With(id.Value).RunCounted() > 0, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PartId>> TakeGonePartsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync(now, static (session, now) =>
        {
            session.Write(UploadSql.Expire).With(now).Run();
            session.Write(UploadSql.DeleteEnded).With(now - s_remembered).Run();
            var gone = new List<PartId>();
            Statement row = session.Read(UploadSql.LoadGoneParts).With(TakenAtOnce);
            while (row.Next())
            {
                gone.Add(new PartId(row.Id()));
            }

            foreach (PartId id in gone)
            {
                session.Write(UploadSql.DeletePart).With(id.Value).Run();
            }

            return (IReadOnlyList<PartId>)gone;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextExpiryAsync(CancellationToken cancellationToken) =>
        reads.ReadAsync(0, static (session, _) =>
        {
            Statement row = session.Read(UploadSql.NextExpiry);
            return row.Next() ? row.Instant() : (DateTimeOffset?)null;
        }, cancellationToken);

    private static Upload Read(Statement row) => new()
    {
        Id = new UploadId(row.Id()),
        Team = row.Text(),
        Name = row.Text(),
        Purpose = row.Text(),
        Bytes = row.Int64(),
        MimeType = row.Text(),
        FileLifetime = row.Int64OrNull() is { } lifetime ? TimeSpan.FromMilliseconds(lifetime) : null,
        CreatedAt = row.Instant(),
        ExpiresAt = row.Instant(),
        State = (UploadState)row.Int32(),
        File = row.IdOrNull() is { } file ? new FileId(file) : null,
    };
}
