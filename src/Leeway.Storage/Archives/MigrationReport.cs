namespace Leeway.Storage.Archives;

/// <summary>What bringing a store's schema up to date did, or would do.</summary>
/// <param name="Store">The store, as messages call it.</param>
/// <param name="Found">The number of the newest script that it had seen; 0 when it does not exist yet.</param>
/// <param name="Newest">The number of the newest script of this build.</param>
/// <param name="Scripts">Names of the scripts that it had not seen, in order.</param>
public sealed record MigrationReport(string Store, int Found, int Newest, IReadOnlyList<string> Scripts);
