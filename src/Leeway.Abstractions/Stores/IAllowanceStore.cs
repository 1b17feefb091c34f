namespace Leeway;

/// <summary>What has been used of allowances that hold over all nodes and over restarts.</summary>
public interface IAllowanceStore
{
    /// <summary>Counts what was used in a period.</summary>
    /// <returns>What all nodes together have used in it by now.</returns>
    Task<long> AddAsync(string name, long period, long used, CancellationToken cancellationToken);
}
