using Leeway.Storage.Sql;

namespace Leeway.Storage.Batches;

/// <summary>Batches as rows and back. Columns are bound and read in the order in which <see cref="BatchSql"/> names them.</summary>
internal sealed class BatchRows(InternedGroups groups)
{
    // Counts that the provider does not tell. The columns take no null.
    private const int Untold = -1;

    /// <summary>Binds every column.</summary>
    public Statement Bind(Session session, Statement statement, BatchRecord batch) => statement
        .With(batch.Id.Value)
        .With((long)batch.State)
        .With(groups.Number(session, batch.Group))
        .With((long)batch.Priority)
        .With(batch.SealReason)
        .With(batch.SealedAt)
        .With(batch.EarliestDeadline)
        .With(batch.Requests)
        .With(batch.Bytes)
        .With(batch.EstimatedInputTokens)
        .With(batch.CreateAttempt)
        .With(batch.IntendedAt)
        .With(batch.InputFile)
        .With(batch.ProviderBatch)
        .With((long?)batch.ProviderStatus)
        .With(batch.SubmittedAt)
        .With(batch.NextPollAt)
        .With(batch.QuietPolls)
        .With(batch.Completed ?? Untold)
        .With(batch.Failed ?? Untold)
        .With(batch.OutputFile)
        .With(batch.ErrorFile)
        .With(batch.CollectedAt)
        .With(batch.FilesDeleted)
        .With(batch.Note)
        .With(batch.SealNote);

    /// <summary>The rows of <paramref name="row"/>, from where it stands to its end.</summary>
    public IReadOnlyList<BatchRecord> Read(Session session, Statement row)
    {
        var found = new List<BatchRecord>();
        while (row.Next())
        {
            found.Add(Batch(session, row));
        }

        return found;
    }

    /// <summary>The steps of <paramref name="row"/>, from where it stands to its end.</summary>
    public static IReadOnlyList<BatchStep> Steps(Statement row)
    {
        var found = new List<BatchStep>();
        while (row.Next())
        {
            DateTimeOffset at = row.Instant();
            var state = (BatchState)row.Int32();
            found.Add(new BatchStep(at, state, row.Int32() is > 0 and var status ? (ProviderBatchStatus)status : null));
        }

        return found;
    }

    private BatchRecord Batch(Session session, Statement row) => new()
    {
        Id = new BatchId(row.Id()),
        State = (BatchState)row.Int32(),
        Group = groups.Value(session, row.Int64()),
        Priority = (Priority)row.Int32(),
        SealReason = row.Text(),
        SealedAt = row.Instant(),
        EarliestDeadline = row.Instant(),
        Requests = row.Int32(),
        Bytes = row.Int64(),
        EstimatedInputTokens = row.Int64(),
        CreateAttempt = row.Int32(),
        IntendedAt = row.InstantOrNull(),
        InputFile = row.TextOrNull(),
        ProviderBatch = row.TextOrNull(),
        ProviderStatus = (ProviderBatchStatus?)row.Int64OrNull(),
        SubmittedAt = row.InstantOrNull(),
        NextPollAt = row.InstantOrNull(),
        QuietPolls = row.Int32(),
        Completed = Told(row.Int32()),
        Failed = Told(row.Int32()),
        OutputFile = row.TextOrNull(),
        ErrorFile = row.TextOrNull(),
        CollectedAt = row.InstantOrNull(),
        FilesDeleted = row.Boolean(),
        Note = row.TextOrNull(),
        SealNote = row.TextOrNull(),
    };

    private static int? Told(int count) => count == Untold ? null : count;
}
