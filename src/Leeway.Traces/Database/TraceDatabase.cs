using System.Globalization;
using DuckDB.NET.Data;

namespace Leeway.Traces.Database;

/// <summary>The working database of one profile, in a folder of its own that goes with it.</summary>
internal sealed class TraceDatabase : IDisposable
{
    private readonly string _folder;
    private readonly DuckDBConnection _connection;
    private readonly CancellationToken _cancellationToken;

    public TraceDatabase(TraceOptions options, CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        _folder = options.WorkFolder is { } parent
            ? Directory.CreateDirectory(Path.Combine(parent, Path.GetRandomFileName())).FullName
            : Directory.CreateTempSubdirectory("leeway-advise-").FullName;

        // A file, not memory: its tables are compressed, and what does not fit the limit goes to disk.
        _connection = new DuckDBConnection($"Data Source={Path.Combine(_folder, "trace.duckdb")}");
        _connection.Open();
        Run($"SET memory_limit = '{options.MemoryLimit / 1_000_000}MB'");
        Run($"SET temp_directory = {Sql.Text(Path.Combine(_folder, "spill"))}");
        Run($"SET threads = {(options.Threads ?? Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture)}");
        Run("SET TimeZone = 'UTC'");
        Run("SET autoinstall_known_extensions = false");
        Run("SET autoload_known_extensions = false");
        Run("SET checkpoint_threshold = '256MB'");
    }

    /// <summary>For files that have to be unpacked.</summary>
    public string Folder => _folder;

    public void Run(string sql)
    {
        using DuckDBCommand command = Command(sql);
        using CancellationTokenRegistration stop = _cancellationToken.Register(command.Cancel);
        try
        {
            command.ExecuteNonQuery();
        }
        catch (DuckDBException) when (_cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(_cancellationToken);
        }
    }

    /// <summary>Gives every row to <paramref name="take"/>, as it comes from the database.</summary>
    public void Read(string sql, Action<DuckDBDataReader> take)
    {
        using DuckDBCommand command = Command(sql);
        command.UseStreamingMode = true;
        using CancellationTokenRegistration stop = _cancellationToken.Register(command.Cancel);
        try
        {
            using DuckDBDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                take(reader);
            }
        }
        catch (DuckDBException) when (_cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(_cancellationToken);
        }
    }

    /// <summary>One number, 0 when there is none.</summary>
    public long Number(string sql)
    {
        long number = 0;
        Read(sql, row => number = row.IsDBNull(0) ? 0 : row.GetInt64(0));
        return number;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private DuckDBCommand Command(string sql)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
