namespace Leeway.Storage;

/// <summary>Another process has the storage folder open; a folder has one owner at a time.</summary>
public sealed class StorageInUseException(string folder, int? processId, Exception inner)
    : IOException($"The storage folder '{folder}' is in use by {Owner(processId)}. Stop that process, or give this one a folder of its own (storage.path).", inner)
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>The process that holds it, or null when it could not be read.</summary>
    public int? ProcessId { get; } = processId;

    private static string Owner(int? processId) => processId is { } id ? $"process {id}" : "another process";
}
