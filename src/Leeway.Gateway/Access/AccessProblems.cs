using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Access;

/// <summary>Why nobody is let in. What was sent is never repeated.</summary>
internal static class AccessProblems
{
    private const string HowTo = "Send Authorization: Bearer lwk_… or x-api-key: lwk_…; the gateway's operator makes keys with `leeway keys create`. Nothing was sent or queued.";

    public static Problem Missing() => Refused("This gateway asks for a key, and the call has none.");

    public static Problem NotBearer() => Refused("The Authorization header is not of the form 'Bearer lwk_…'.");

    public static Problem Unknown() => Refused("The key of this call is none of this gateway's.");

    public static Problem Over(string reason) => Refused(reason);

    public static Problem Several(string header) => Ambiguous($"The call has several {header} headers.", header);

    public static Problem Different() => Ambiguous("Authorization and x-api-key carry different keys.", "x-api-key");

    public static Problem NotOperator() => new()
    {
        Code = "admin_token_refused",
        Message = "The admin listener asks for its token, and the call has none or another one.",
        Remedy = "Send Authorization: Bearer and the value of server.admin_token (the command line: --admin-token or LEEWAY_ADMIN_TOKEN). Virtual keys are for the public listener. Nothing was changed.",
    };

    /// <summary>The key may not ask for this model.</summary>
    public static Problem Model(Principal principal, string model) => new()
    {
        Code = "model_not_allowed",
        Message = $"The key {principal.Key?.Secret.Hint} may not use the model '{Short.Of(model)}'. It may use: {Short.Of(string.Join(", ", principal.Key?.Models ?? []))}.",
        Field = "model",
        Value = Short.Of(model),
        Remedy = "GET /v1/models lists what it may use; the gateway's operator makes a key for more with `leeway keys create --model NAME`. Nothing was sent or queued.",
    };

    private static Problem Refused(string message) => new() { Code = "invalid_api_key", Message = message, Remedy = HowTo };

    private static Problem Ambiguous(string message, string header) => new()
    {
        Code = "ambiguous_credentials",
        Message = message,
        Field = header,
        Remedy = "Send one key, once. Nothing was sent or queued.",
    };
}
