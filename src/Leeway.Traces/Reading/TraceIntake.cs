using DuckDB.NET.Data;
using Leeway.Advisor.Profile;
using Leeway.Traces.Columns;
using Leeway.Traces.Database;
using Leeway.Traces.ServeGen;

namespace Leeway.Traces.Reading;

/// <summary>Reads files into the working database and says what became of every row.</summary>
internal sealed class TraceIntake(TraceDatabase database, TraceOptions options)
{
    private readonly List<TraceFileRead> _files = [];
    private readonly List<string> _notes = [];
    private long _misshapen;

    /// <summary>Whether rows are sums over several requests.</summary>
    public bool IsSums { get; private set; }

    /// <summary>Whether time counts from the trace's own start.</summary>
    public bool IsRelative { get; private set; }

    /// <summary>Whether rows have ids.</summary>
    public bool HasIds { get; private set; }

    /// <summary>Whether rows tell their prompts.</summary>
    public bool HasPrompts { get; private set; }

    /// <summary>The relation and expressions of prompt blocks; null when no file has any.</summary>
    public string? Blocks { get; private set; }

    /// <summary>Reads all files.</summary>
    /// <exception cref="TraceException">A file cannot be read, or nothing in them can be used.</exception>
    public TraceSource Read(IReadOnlyList<string> paths)
    {
        database.Run(NormalRows.Create);
        database.Run(NormalRows.CreateUsed);
        foreach (string path in paths)
        {
            try
            {
                ReadFile(TraceFile.Open(path));
            }
            catch (DuckDBException error)
            {
                string remedy = error.Message.StartsWith("Out of Memory", StringComparison.Ordinal)
                    ? "A row or a list in it is too large for the memory that reading may take; leave out what is not needed, such as prompts."
                    : "The file is damaged or of another form than it looks; CSV, JSONL, JSON and Parquet are read.";
                throw new TraceException($"{path}: {error.Message.Split('\n')[0]}", remedy);
            }
        }

        return Account();
    }

    private void ReadFile(TraceFile file)
    {
        TraceFile named = file;
        if (file.Form == TraceForm.Tar)
        {
            file = Draw(file);
        }

        var raw = new RawRows(database, file);
        KnownFormat? format = KnownFormat.Of(raw.Columns);
        string guessing = raw.Guessing();
        ColumnMap map = ColumnMap.Build(named.Path, raw.Columns, options.Map, column =>
            database.Number($"SELECT count(*) FROM (SELECT {column.Expression} AS c FROM {guessing} LIMIT 2000) WHERE c IS NOT NULL AND CAST(c AS VARCHAR) <> ''") > 0
            || database.Number($"SELECT count(*) FROM (SELECT 1 FROM {guessing} LIMIT 1)") == 0);
        string relation = raw.Mapped(map);
        TimeReading time = TimeReading.Of(database, relation, raw.IsText, map[TraceField.Time]!, format);
        TimeReading? end = map[TraceField.End] is { Column: not null } entry ? TimeReading.Of(database, relation, raw.IsText, entry, format) : null;
        database.Run(NormalRows.Insert(relation, map, time, end));

        IsSums |= map[TraceField.Requests] is not null;
        IsRelative |= time.IsRelative;
        HasIds |= map[TraceField.Id] is not null;
        HasPrompts |= map[TraceField.Prompt] is not null;
        Blocks ??= map[TraceField.Blocks] is { Column: { } blocks } && map[TraceField.Input] is { Column: { } input }
            ? $"SELECT {time.Micros} AS came, try_cast({input.Expression} AS BIGINT) AS input, {blocks.Expression} AS blocks FROM {relation}"
            : null;
        if (file.Form == TraceForm.Csv)
        {
            _misshapen += database.Number("SELECT count(DISTINCT (scan_id, line)) FROM reject_errors WHERE scan_id = (SELECT max(scan_id) FROM reject_errors)");
        }

        Tell(named, raw, map, format, time, end);
    }

    /// <summary>A day of requests drawn from the archive's laws.</summary>
    private TraceFile Draw(TraceFile archive)
    {
        IReadOnlyList<ClientLaw> clients = ServeGenArchive.Read(archive.Path);
        string path = Path.Combine(database.Folder, Path.GetRandomFileName());
        using (var csv = new StreamWriter(path))
        {
            ServeGenTrace.Write(clients, options.Seed, csv);
        }

        _notes.Add($"{archive.Path} holds laws, not requests: a day of {clients.Count} clients was drawn from them with seed {options.Seed}.");
        return new TraceFile(path, TraceForm.Csv, IsGzip: false);
    }

    private void Tell(TraceFile file, RawRows raw, ColumnMap map, KnownFormat? format, TimeReading time, TimeReading? end)
    {
        HashSet<SeenColumn> used = [.. map.Entries.Select(entry => entry.Column).OfType<SeenColumn>()];
        string form = file.Form switch { TraceForm.Csv => "CSV", TraceForm.Parquet => "Parquet", TraceForm.JsonLines => "JSONL", TraceForm.Tar => "laws of clients, a day drawn from them", _ => "JSON" } + (file.IsGzip && file.Form != TraceForm.Tar ? " in gzip" : "");
        _files.Add(new TraceFileRead(
            file.Path,
            format is null ? form : $"{format.Name} ({form})",
            [.. map.Entries.Select(entry => entry.ToMapped(entry.Field == TraceField.Time ? time.Unit : entry.Field == TraceField.End ? end?.Unit : null))],
            [.. raw.Columns.Where(column => !used.Contains(column) && !column.HasMembers).Select(column => column.Name)]));
        if (time.IsRelative && file.Form != TraceForm.Tar)
        {
            _notes.Add($"{file.Path}: times are taken for {time.Unit}; --map time={map[TraceField.Time]!.Column!.Name}:ms (s, ms, us, ns) says otherwise.");
        }

        if (map[TraceField.Requests] is not null)
        {
            _notes.Add($"{file.Path}: each row adds up several requests, so gaps, tokens per request and percentiles are not told.");
        }
    }

    private TraceSource Account()
    {
        var aside = new List<RowsSetAside>();
        long rows = 0, used = 0;
        database.Read("SELECT reason, count(*), min(bad) FROM normal GROUP BY reason ORDER BY reason", row =>
        {
            var reason = (RowReason)row.GetByte(0);
            long count = row.GetInt64(1);
            rows += count;
            if (reason == RowReason.Used)
            {
                used = count;
            }
            else
            {
                aside.Add(new RowsSetAside(RowReasons.Words(reason), count, row.IsDBNull(2) ? null : row.GetString(2)));
            }
        });
        if (_misshapen > 0)
        {
            aside.Add(new RowsSetAside("another number of values than the header has", _misshapen, null));
            rows += _misshapen;
        }

        if (used == 0)
        {
            string why = string.Join("; ", aside.Select(reason => $"{reason.Rows} with {reason.Reason}{(reason.Example is { Length: > 0 } bad ? $" ('{bad}')" : "")}"));
            throw new TraceException(
                rows == 0 ? $"{string.Join(", ", _files.Select(file => file.Path))}: no rows." : $"None of the {rows} rows can be used: {why}.",
                rows == 0 ? "A trace has at least one request." : $"Taken were {string.Join(", ", _files[0].Columns.Select(column => $"{column.Field}={column.Column}"))}; --map says otherwise.");
        }

        NoteZones();
        return new TraceSource { Files = _files, Rows = rows, RowsUsed = used, SetAside = aside, Notes = _notes };
    }

    private void NoteZones()
    {
        long without = 0, offset = 0, empty = 0;
        database.Read("SELECT count(*) FILTER (zone = 0), count(*) FILTER (zone <> 0), count(*) FILTER (input = 0 AND output = 0) FROM used", row =>
            (without, offset, empty) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
        if (without > 0 && offset > 0)
        {
            _notes.Add($"Time zones are mixed: {offset} rows name one and {without} do not; the latter are taken for UTC, which may shift them by hours.");
        }
        else if (without > 0)
        {
            _notes.Add("Times name no zone and are taken for UTC.");
        }

        if (empty > 0)
        {
            _notes.Add($"{empty} rows have no tokens at all: refused or failed calls, which cost nothing and count as requests.");
        }
    }
}
