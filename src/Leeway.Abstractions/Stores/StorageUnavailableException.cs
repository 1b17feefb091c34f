namespace Leeway;

/// <summary>
/// The database could not be reached, or could not take what it was given just now. Nothing of the operation was written; the same may
/// well succeed in a moment.
/// </summary>
/// <param name="reason">Why, in a sentence.</param>
/// <param name="inner">What the driver said.</param>
public sealed class StorageUnavailableException(string reason, Exception? inner) : Exception(reason, inner);
