namespace Leeway;

/// <summary>A vendor that keeps responses and hands them out by its own ids.</summary>
public interface IResponseProvider
{
    /// <summary>Asks for a response that is stored there. Fails as <see cref="IProvider.SendAsync"/> does; it costs nothing.</summary>
    Task<ProviderAnswer> SendStoredAsync(Deployment deployment, StoredCall call, CancellationToken cancellationToken);
}

/// <summary>What is wanted of a stored response.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Id">The provider's id.</param>
/// <param name="Query">Parameters, escaped, with the question mark; empty for none.</param>
public readonly record struct StoredCall(StoredAction Action, string Id, string Query);

/// <summary>What can be done with a stored response.</summary>
public enum StoredAction
{
    /// <summary>Show it.</summary>
    Show,

    /// <summary>Delete it.</summary>
    Delete,

    /// <summary>List its input.</summary>
    ListInput,
}
