using System.Diagnostics;
using Leeway.Planning;
using Leeway.Queue;
using Leeway.Storage;
using Npgsql;

namespace Leeway.Load.Store;

/// <summary>Milliseconds until a thousand waiting requests can be dispatched, each variant on the same number of rows.</summary>
internal static class Claims
{
    /// <summary>What a node of the bench says of itself.</summary>
    public static readonly NodeIntroduction Introduction = new("bench", null, "bench", TimeSpan.FromMinutes(10));

    private const int Claimed = 1000;

    private const string Claim = """
        WITH c AS MATERIALIZED (SELECT id FROM plain_claims WHERE state = 1 ORDER BY deadline, id LIMIT 1000 FOR UPDATE SKIP LOCKED)
        UPDATE plain_claims q SET state = 4, attempts = attempts + 1 FROM c WHERE q.id = c.id
        RETURNING q.id, q.state, q.priority, q.group_id, q.accepted_at, q.deadline, q.pinned_lane, q.body_bytes, q.estimated_tokens, q.attempts, q.caller_id, q.team_id, q.run_id, q.batch_id
        """;

    /// <summary>One claimer that takes a thousand at a time by <c>FOR UPDATE SKIP LOCKED</c>, each claim committed.</summary>
    public static async Task<double> PlainAsync(NpgsqlConnection connection, int requests)
    {
        await using var claim = new NpgsqlCommand(Claim, connection) { CommandTimeout = 0 };
        await claim.PrepareAsync();
        long begun = Stopwatch.GetTimestamp();
        int taken = 0;
        while (taken < requests)
        {
            var claimed = new List<(Guid Id, long Deadline)>(Claimed);
            await using NpgsqlDataReader reader = await claim.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                claimed.Add((reader.GetGuid(0), reader.GetInt64(5)));
            }

            if (claimed.Count != Claimed)
            {
                throw new InvalidOperationException($"{claimed.Count} rows were claimed, not {Claimed}: fill more rows.");
            }

            taken += claimed.Count;
        }

        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds / taken * Claimed;
    }

    /// <summary>A node that has just joined takes over what others left behind, and reads it in pages into the index from which it is dispatched.</summary>
    public static async Task<double> TakeOverAsync(LeewayStorage storage, int requests)
    {
        NodeLease lease = await storage.Nodes.JoinAsync(Introduction, CancellationToken.None);
        var index = new QueueIndex(new Pooled(), TimeProvider.System);
        long begun = Stopwatch.GetTimestamp();
        IReadOnlyList<int> taken = lease.Others.Count > 0 ? lease.Others : await storage.Nodes.TakeOverAsync(lease, CancellationToken.None);
        foreach (int node in taken.Prepend(lease.Node))
        {
            await LoadAsync(storage, node, index, requests);
        }

        double elapsed = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        await storage.Nodes.LeaveAsync(lease, CancellationToken.None);
        return index.Count == requests ? elapsed / requests * Claimed : throw new InvalidOperationException($"{index.Count} requests were loaded, not {requests}.");
    }

    private static async Task LoadAsync(LeewayStorage storage, int node, QueueIndex index, int requests)
    {
        await foreach (QueuedRequest request in storage.Requests.LoadOpenAsync(node, CancellationToken.None))
        {
            if (index.Count == requests)
            {
                return;
            }

            index.Add(request);
        }
    }

    // Planning is measured by the bench of the planner; the plain claimer does none.
    private sealed class Pooled : ILanePolicy
    {
        public LanePlan Plan(QueuedRequest request, DateTimeOffset now) => new(Lane.Batch, request.Deadline.AddHours(-1), "age", request.Deadline.AddMinutes(-5));
    }
}
