namespace Leeway;

/// <summary>The medium of contents took no more bytes, or could not make them durable. The draft is lost.</summary>
/// <param name="failure">What the system said.</param>
public sealed class ContentWriteException(IOException failure) : Exception(failure.Message, failure)
{
    private const int TooBig = 27;
    private const int NoSpace = 28;
    private const int NoQuota = 122;
    private const int WindowsNoSpace = unchecked((int)0x80070070);

    /// <summary>Whether there is no room left, as opposed to a fault.</summary>
    public bool IsFull { get; } = failure.HResult is TooBig or NoSpace or NoQuota or WindowsNoSpace;
}
