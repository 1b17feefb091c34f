namespace Leeway;

/// <summary>Where an upload stands. The numbers are stored.</summary>
public enum UploadState
{
    /// <summary>Takes parts.</summary>
    Pending = 1,

    /// <summary>Is a file.</summary>
    Completed = 10,

    /// <summary>Was given up by its owner.</summary>
    Cancelled = 11,

    /// <summary>Was not complete in time.</summary>
    Expired = 12,
}
