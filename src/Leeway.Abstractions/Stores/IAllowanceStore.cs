namespace Leeway;

/// <summary>What has been used of allowances that hold over all nodes and over restarts.</summary>
public interface IAllowanceStore
{
    /// <summary>Counts what was used in a period, or, where it is negative, what of it is given back.</summary>
    /// <returns>What all nodes together have used in it by now.</returns>
    Task<long> AddAsync(string name, long period, long used, CancellationToken cancellationToken);

    /// <summary>Takes a part of what is left in a period, if there is enough: what no two nodes can take twice.</summary>
    /// <param name="name">The allowance.</param>
    /// <param name="period">The period.</param>
    /// <param name="needed">Without this much nothing is taken.</param>
    /// <param name="more">Taken beside it where there is so much.</param>
    /// <param name="limit">All that may be used in the period.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was taken, 0 when not enough is left; and what all nodes together have used by now.</returns>
    Task<(long Taken, long Used)> TakeAsync(string name, long period, long needed, long more, long limit, CancellationToken cancellationToken);
}
