using Leeway.Storage.Sql;

namespace Leeway.Storage.Pickups;

/// <summary>Pick-ups.</summary>
internal sealed class PickupStore(Writer writer, ReadPool reads) : IPickupStore
{
    /// <inheritdoc/>
    public Task NoteAsync(IReadOnlyList<RequestId> ids, PickupWay way, DateTimeOffset at, CancellationToken cancellationToken) =>
        writer.WriteAsync((ids, way, at), static (session, state) =>
        {
            foreach (RequestId id in state.ids)
            {
                session.Write(PickupSql.Note).With(id.Value).With(state.at).With((long)state.way).Run();
            }
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EndedRequest>> LoadEndedAsync(DateTimeOffset since, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        reads.ReadAsync((since, until, limit), static (session, state) =>
        {
            var found = new List<EndedRequest>();
            Statement row = session.Read(PickupSql.LoadEnded).With(state.since).With(state.until).With(state.limit);
            while (row.Next())
            {
                found.Add(new EndedRequest(
                    row.Text(), row.Text(), (Priority)row.Int32(), (Lane)row.Int32(), (RequestState)row.Int32(), row.Instant(), row.Instant(), row.Instant(),
                    row.InstantOrNull(), (PickupWay?)row.Int64OrNull())
                {
                    IsSent = row.Boolean(),
                });
            }

            return (IReadOnlyList<EndedRequest>)found;
        }, cancellationToken);
}
