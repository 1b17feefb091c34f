namespace Leeway.Traces;

/// <summary>A trace cannot be read.</summary>
public sealed class TraceException : Exception
{
    public TraceException(string message)
        : this(message, "")
    {
    }

    public TraceException(string message, Exception inner)
        : base(message, inner) => Remedy = "";

    public TraceException()
        : this("The trace cannot be read.")
    {
    }

    /// <param name="message">What is wrong, with the file, the column and the value.</param>
    /// <param name="remedy">What to do.</param>
    public TraceException(string message, string remedy)
        : base(message) => Remedy = remedy;

    /// <summary>What to do; may be empty.</summary>
    public string Remedy { get; }
}
