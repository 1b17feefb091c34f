namespace Leeway;

/// <summary>Whether a file can be used for its purpose. The numbers are stored.</summary>
public enum FileStatus
{
    /// <summary>Stored; nothing was to be checked.</summary>
    Uploaded = 1,

    /// <summary>Stored, checked and good.</summary>
    Processed = 2,

    /// <summary>Stored, checked and bad: <see cref="StoredFile.StatusDetails"/> and <see cref="StoredFile.Report"/> say why.</summary>
    Error = 3,
}
