using Leeway.Storage.Sql;

namespace Leeway.Storage.Files;

/// <summary>What is known of files.</summary>
internal sealed class FileStore(Writer writer, ReadPool reads) : IFileStore
{
    private const int TakenAtOnce = 1000;

    /// <inheritdoc/>
    public Task AddAsync(StoredFile file, CancellationToken cancellationToken) =>
        writer.WriteAsync(file, static (session, file) => Insert(session, file), cancellationToken);

    /// <inheritdoc/>
    public Task<StoredFile?> FindAsync(FileId id, string team, DateTimeOffset now, CancellationToken cancellationToken) =>
        reads.ReadAsync((id, team, now), static (session, state) =>
        {
            Statement row = session.Read(FileSql.Find).With(state.id.Value).With(state.team).With(state.now);
            if (!row.Next())
            {
                return null;
            }

            StoredFile file = Read(row);
            Statement report = session.Read(FileSql.FindReport).With(state.id.Value);
            return report.Next() ? file with { Report = ReportJson.Read(report.Text()) } : file;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredFile>> ListAsync(FileFilter filter, FileId? after, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((filter, after, limit), static (session, state) =>
        {
            Statement row = session.Read(state.filter.Ascending ? FileSql.ListAscending : FileSql.ListDescending)
                .With(state.after?.Value).With(state.filter.Team).With(state.filter.Now).With(state.filter.Purpose).With(state.limit);
            var found = new List<StoredFile>();
            while (row.Next())
            {
                found.Add(Read(row));
            }

            return (IReadOnlyList<StoredFile>)found;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(FileId id, string team, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync((id, team, now), static (session, state) =>
            session.Write(FileSql.MarkDeleted).With(state.id.Value).With(state.team).With(state.now).RunCounted() > 0, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HoldAsync(FileId id, string team, Guid holder, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync((id, team, holder, now), static (session, state) => Hold(session, state.id, state.team, state.holder, state.now), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(FileId id, Guid holder, CancellationToken cancellationToken) =>
        writer.WriteAsync((id, holder), static (session, state) =>
            session.Write(FileSql.Release).With(state.id.Value).With(state.holder).Run(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FileId>> TakeGoneAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync(now, static (session, now) =>
        {
            var gone = new List<FileId>();
            Statement row = session.Read(FileSql.LoadGone).With(now).With(TakenAtOnce);
            while (row.Next())
            {
                gone.Add(new FileId(row.Id()));
            }

            var taken = new List<FileId>(gone.Count);
            session.Each(gone, FileSql.Lock, 0, static (statement, id, _) => statement.With(id.Value), static (row, _, _) => row.Next());
            session.Each(gone, FileSql.Delete, taken, static (statement, id, _) => statement.With(id.Value), (row, id, taken) =>
            {
                if (row.Next())
                {
                    session.Write(FileSql.DeleteReport).With(id.Value).Run();
                    taken.Add(id);
                }
            });
            return (IReadOnlyList<FileId>)taken;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextExpiryAsync(CancellationToken cancellationToken) =>
        reads.ReadAsync(0, static (session, _) =>
        {
            Statement row = session.Read(FileSql.NextExpiry);
            return row.Next() ? row.Instant() : (DateTimeOffset?)null;
        }, cancellationToken);

    /// <summary>Holds within a transaction of another store; false when the team cannot see the file.</summary>
    internal static bool Hold(Session session, FileId id, string team, Guid holder, DateTimeOffset now) =>
        session.Write(FileSql.Hold).With(id.Value).With(team).With(now).With(holder).RunCounted() > 0
        || session.Read(FileSql.IsHeld).With(id.Value).With(holder).Next();

    /// <summary>Adds a file within a transaction of another store.</summary>
    internal static void Insert(Session session, StoredFile file)
    {
        session.Write(FileSql.Insert)
            .With(file.Id.Value)
            .With(file.Team)
            .With(file.Name)
            .With(file.Purpose)
            .With(file.Bytes)
            .With(file.CreatedAt)
            .With(file.ExpiresAt)
            .With((long)file.Status)
            .With(file.StatusDetails)
            .Run();
        if (file.Report is { } report)
        {
            session.Write(FileSql.InsertReport).With(file.Id.Value).With(ReportJson.Write(report)).Run();
        }
    }

    private static StoredFile Read(Statement row) => new()
    {
        Id = new FileId(row.Id()),
        Team = row.Text(),
        Name = row.Text(),
        Purpose = row.Text(),
        Bytes = row.Int64(),
        CreatedAt = row.Instant(),
        ExpiresAt = row.InstantOrNull(),
        Status = (FileStatus)row.Int32(),
        StatusDetails = row.TextOrNull(),
    };
}
