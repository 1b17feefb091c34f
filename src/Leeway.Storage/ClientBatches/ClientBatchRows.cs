using Leeway.Storage.Sql;

namespace Leeway.Storage.ClientBatches;

/// <summary>Clients' batches as rows and back. Columns are bound and read in the order in which <see cref="ClientBatchSql"/> names them.</summary>
internal static class ClientBatchRows
{
    public static void Insert(Session session, ClientBatch batch, int node) => session.Write(ClientBatchSql.Insert)
        .With(batch.Id.Value)
        .With((long)batch.Dialect)
        .With((long)batch.State)
        .With(batch.Team)
        .With(batch.Caller)
        .With(batch.Endpoint)
        .With(batch.InputFile.Value)
        .With(batch.Terms.Window)
        .With(batch.Terms.ExpiresAt)
        .With((long)batch.Terms.Priority)
        .With(batch.Terms.IsFixed)
        .With((long?)batch.Terms.PinnedLane)
        .With(batch.Terms.MaxCost)
        .With(batch.MetadataJson)
        .With(batch.AcceptsPartly)
        .With((long?)batch.OutputLifetime?.TotalSeconds)
        .With(batch.Webhook?.Value)
        .With(batch.CreatedAt)
        .With(batch.InProgressAt)
        .With(batch.FinalizingAt)
        .With(batch.CancellingAt)
        .With(batch.EndedAt)
        .With(batch.Model)
        .WithEnd(batch)
        .With(batch.OutputFile.Value)
        .With(batch.ErrorFile.Value)
        .With(batch.Mail?.Value)
        .With(node)
        .Run();

    public static bool Update(Session session, ClientBatch batch, ClientBatchState expected) => session.Write(ClientBatchSql.Update)
        .With(batch.Id.Value)
        .With((long)batch.State)
        .With(batch.InProgressAt)
        .With(batch.FinalizingAt)
        .With(batch.CancellingAt)
        .With(batch.EndedAt)
        .With(batch.Model)
        .WithEnd(batch)
        .With((long)expected)
        .RunCounted() > 0;

    /// <summary>The rows of <paramref name="row"/>, from where it stands to its end.</summary>
    public static List<ClientBatch> Read(Statement row)
    {
        var found = new List<ClientBatch>();
        while (row.Next())
        {
            found.Add(Batch(row));
        }

        return found;
    }

    private static Statement WithEnd(this Statement statement, ClientBatch batch) => statement
        .With(batch.Lines)
        .With(batch.Counts.Succeeded)
        .With(batch.Counts.Failed)
        .With(batch.Counts.Expired)
        .With(batch.Counts.Cancelled)
        .With(batch.Counts.Bad)
        .With(batch.Usage.Input)
        .With(batch.Usage.CachedInput)
        .With(batch.Usage.CacheWrite)
        .With(batch.Usage.Output)
        .With(batch.Usage.Reasoning);

    private static ClientBatch Batch(Statement row) => new()
    {
        Id = new ClientBatchId(row.Id()),
        Dialect = (Dialect)row.Int32(),
        State = (ClientBatchState)row.Int32(),
        Team = row.Text(),
        Caller = row.Text(),
        Endpoint = row.Text(),
        InputFile = new FileId(row.Id()),
        Terms = new ClientBatchTerms(
            row.Text(), row.Instant(), (Priority)row.Int32(), row.Boolean(), (Lane?)row.Int64OrNull(), row.MoneyOrNull()),
        MetadataJson = row.TextOrNull(),
        AcceptsPartly = row.Boolean(),
        OutputLifetime = row.Int64OrNull() is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Webhook = row.IdOrNull() is { } webhook ? new WebhookId(webhook) : null,
        CreatedAt = row.Instant(),
        InProgressAt = row.InstantOrNull(),
        FinalizingAt = row.InstantOrNull(),
        CancellingAt = row.InstantOrNull(),
        EndedAt = row.InstantOrNull(),
        Model = row.TextOrNull(),
        Lines = row.Int32(),
        Counts = new ClientBatchCounts(0, row.Int32(), row.Int32(), row.Int32(), row.Int32(), row.Int32()),
        Usage = new TokenUsage(row.Int64(), row.Int64(), row.Int64(), row.Int64(), row.Int64()),
        OutputFile = new FileId(row.Id()),
        ErrorFile = new FileId(row.Id()),
        Mail = row.IdOrNull() is { } mail ? new MailId(mail) : null,
    };
}
