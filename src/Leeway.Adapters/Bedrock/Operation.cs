namespace Leeway.Adapters.Bedrock;

/// <summary>What can be done with a model, as it stands behind the model in the path.</summary>
internal static class Operation
{
    public const string Converse = "/converse";
    public const string ConverseStream = "/converse-stream";
    public const string Invoke = "/invoke";
    public const string InvokeStream = "/invoke-with-response-stream";
}
