namespace Leeway.Gateway.Ingress.Batches;

/// <summary>Headers of result downloads.</summary>
internal static class ResultHeaders
{
    /// <summary>Says that the batch still runs: the rows so far, and more to come.</summary>
    public const string Incomplete = "X-Incomplete";

    /// <summary>The content type of rows.</summary>
    public const string JsonLines = "application/x-ndjson";
}
