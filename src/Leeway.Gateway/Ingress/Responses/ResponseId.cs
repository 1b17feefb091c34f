namespace Leeway.Gateway.Ingress.Responses;

/// <summary>The id of a response that is one of our requests: <c>resp_</c> and the digits of the request's id.</summary>
internal static class ResponseId
{
    public const string Prefix = "resp_";

    public static string Of(RequestId id) => TypedId.Format(Prefix, id.Value);

    public static bool TryParse(ReadOnlySpan<char> text, out RequestId id)
    {
        bool ok = TypedId.TryParse(Prefix, text, out Guid value);
        id = new RequestId(value);
        return ok;
    }
}
