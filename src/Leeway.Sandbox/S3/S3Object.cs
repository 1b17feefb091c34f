using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.S3;

/// <summary>A stored object.</summary>
/// <param name="ETag">With its quotes.</param>
internal sealed record S3Object(string Key, FileContent Content, string ETag, DateTimeOffset LastModified)
{
    /// <summary>Content type, user metadata and what else a writer sends and a reader gets back.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The header and value of the checksum the writer sent; null without one, and for an object of several parts.</summary>
    public (string Header, string Value)? Checksum { get; init; }
}
