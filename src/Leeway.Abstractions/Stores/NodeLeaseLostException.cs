namespace Leeway;

/// <summary>A write was refused because the node's lease is not its own any more. Nothing was written.</summary>
public sealed class NodeLeaseLostException : Exception
{
    /// <summary>Creates it with the usual message.</summary>
    public NodeLeaseLostException()
        : base("This node's lease was taken over, so it wrote nothing; it joins anew.")
    {
    }

    /// <summary>Creates it with a message.</summary>
    public NodeLeaseLostException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and a cause.</summary>
    public NodeLeaseLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
