using Leeway.Storage.Sql;

namespace Leeway.Storage.Turnaround;

/// <summary>Turnarounds.</summary>
internal sealed class TurnaroundStore(Writer writer, ReadPool reads) : ITurnaroundStore
{
    /// <inheritdoc/>
    public Task SaveAsync(TurnaroundState state, CancellationToken cancellationToken) => writer.WriteAsync(state, static (session, state) =>
    {
        foreach (TurnaroundCell cell in state.Cells)
        {
            session.Write(TurnaroundSql.PutCell)
                .With(cell.Scope).With((long)cell.Regime).With(cell.Size).With(cell.Hours).With(cell.CountedAt).With(cell.Data).Run();
        }

        foreach (TurnaroundDeployment deployment in state.Deployments)
        {
            session.Write(TurnaroundSql.PutDeployment).With(deployment.Deployment).With((long)deployment.Regime).With(deployment.Since).With(deployment.Data).Run();
        }

        session.Write(TurnaroundSql.DeleteOpen).Run();
        foreach (TurnaroundOpenBatch batch in state.Open)
        {
            session.Write(TurnaroundSql.InsertOpen)
                .With(batch.Id.Value).With((long)batch.Regime).With((long)batch.Counted.TotalMilliseconds).With(batch.Explored is { } explored ? explored ? 1L : 0L : (long?)null)
                .With(batch.Closed).Run();
        }
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<TurnaroundState> LoadAsync(CancellationToken cancellationToken) => reads.ReadAsync(0, static (session, _) =>
    {
        var cells = new List<TurnaroundCell>();
        var deployments = new List<TurnaroundDeployment>();
        var open = new List<TurnaroundOpenBatch>();
        Statement row = session.Read(TurnaroundSql.LoadCells);
        while (row.Next())
        {
            cells.Add(new TurnaroundCell(row.Text(), (TurnaroundRegime)row.Int32(), row.Int32(), row.Int32(), row.Instant(), row.Bytes()));
        }

        row = session.Read(TurnaroundSql.LoadDeployments);
        while (row.Next())
        {
            deployments.Add(new TurnaroundDeployment(row.Text(), (TurnaroundRegime)row.Int32(), row.Instant(), row.Bytes()));
        }

        row = session.Read(TurnaroundSql.LoadOpen);
        while (row.Next())
        {
            open.Add(new TurnaroundOpenBatch(new BatchId(row.Id()), (TurnaroundRegime)row.Int32(), TimeSpan.FromMilliseconds(row.Int64()), row.Int64OrNull() is { } explored ? explored != 0 : null, row.Boolean()));
        }

        return new TurnaroundState { Cells = cells, Deployments = deployments, Open = open };
    }, cancellationToken);
}
