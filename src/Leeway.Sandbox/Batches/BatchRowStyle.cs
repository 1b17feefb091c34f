namespace Leeway.Sandbox.Batches;

/// <summary>What a line of the output looks like.</summary>
/// <param name="IdPrefix">Before the id of a row.</param>
/// <param name="ErrorCode">Null tells a row that was refused as a response with its status; else as an error with this code and without a response.</param>
/// <param name="TellsNotExecuted">Whether rows that were not executed stand in the error file.</param>
internal sealed record BatchRowStyle(string IdPrefix, string? ErrorCode, bool TellsNotExecuted)
{
    public static BatchRowStyle OpenAI { get; } = new("batch_req_", null, true);
}
