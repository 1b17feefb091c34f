using Leeway.Storage.Files;
using Leeway.Storage.Sql;
using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>A database on a PostgreSQL server.</summary>
internal sealed class PostgresDatabase : StorageDatabase
{
    /// <summary>The folder of its migrations, with the separator.</summary>
    internal const string Scripts = "Postgres/";

    // The oldest server that its makers still kept when this was written is younger; what is used here came with this one.
    private static readonly Version s_oldest = new(13, 0);

    // From its content to its row.
    private static readonly TimeSpan s_longestUpload = TimeSpan.FromDays(1);

    private readonly NpgsqlDataSource _source;
    private readonly PostgresLink _link;
    private readonly PostgresSession _session;
    private readonly CommitMarks _marks;
    private readonly PostgresContents _contents;
    private readonly TimeProvider _clock;
    private PostgresHints? _heard;

    /// <summary>Opens it.</summary>
    /// <exception cref="StorageUnavailableException">The server cannot be reached, or refuses.</exception>
    public PostgresDatabase(string connection, TimeProvider clock, IdSource ids, PostgresPatience patience)
    {
        NpgsqlConnectionStringBuilder settings = PostgresConnection.Parse(connection);
        Place = $"the PostgreSQL database '{settings.Database ?? settings.Username}' on {settings.Host}";
        _source = PostgresConnection.Source(settings);
        var reach = new PostgresReach(_source, patience);
        _link = new PostgresLink(reach);
        _session = new PostgresSession(_link);
        _clock = clock;
        _contents = new PostgresContents(_source);
        _marks = new CommitMarks(ids.Next(), clock, patience.Commit);
        Reads = new PostgresReadPool(() => new PostgresSession(new PostgresLink(reach)));
        try
        {
            CheckVersion(_link.Connection().PostgreSqlVersion);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Dialect => Scripts;

    /// <inheritdoc/>
    public override bool IsShared => true;

    /// <inheritdoc/>
    public override string Place { get; }

    /// <inheritdoc/>
    public override Session Writing => _session;

    /// <inheritdoc/>
    public override ReadPool Reads { get; }

    /// <inheritdoc/>
    public override ISharedContents? Contents => _contents;

    /// <inheritdoc/>
    public override event Action<StorageHint>? Hinted;

    /// <inheritdoc/>
    public override void Migrated()
    {
        _heard = new PostgresHints(_source);
        _heard.Heard += hint => Hinted?.Invoke(hint);
        _contents.RemoveUnknown(IdSource.FirstOf(_clock.GetUtcNow() - s_longestUpload));
        _marks.Open(_link);
        _session.MarkCommits(_marks);
    }

    /// <inheritdoc/>
    public override void Committed()
    {
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_heard is not null)
        {
            await _heard.DisposeAsync();
        }

        await Reads.DisposeAsync();
        _session.Dispose();
        await _source.DisposeAsync();
    }

    /// <summary>Refuses a server that is too old.</summary>
    /// <exception cref="StorageUnavailableException">It is.</exception>
    internal static void CheckVersion(Version version)
    {
        if (version < s_oldest)
        {
            throw new StorageUnavailableException($"storage.connection: the PostgreSQL server is of version {version}; Leeway needs {s_oldest.Major} or later. Upgrade it.", null);
        }
    }
}
