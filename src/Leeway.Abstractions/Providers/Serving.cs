namespace Leeway;

/// <summary>How a deployment serves an API path.</summary>
public enum Serving
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>As it comes: the client's dialect is the provider's, and bytes pass through.</summary>
    Native,

    /// <summary>By translation of request, answer, stream and errors. What a request says beyond the provider's dialect is refused by name.</summary>
    Translated,
}
