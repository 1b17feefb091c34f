namespace Leeway;

/// <summary>The id of a response that is one of our requests: <c>resp_</c> and the digits of the request's id.</summary>
public static class ResponseId
{
    /// <summary>The prefix of the printed form.</summary>
    public const string Prefix = "resp_";

    /// <summary>The response's id.</summary>
    public static string Of(RequestId id) => TypedId.Format(Prefix, id.Value);

    /// <summary>The request behind a response's id; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RequestId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new RequestId(value);
        return ok;
    }
}
