namespace Leeway.Sandbox.Wire;

/// <summary>An error with the HTTP status it travels under. Each vendor writes of it what its shape has a place for.</summary>
/// <param name="Type">OpenAI's, or AWS's; Anthropic's and Google's follow from the status.</param>
/// <param name="Param">The field that is wrong, where a vendor tells it.</param>
internal sealed record ApiError(int Status, string Message, string Type = "invalid_request_error", string? Param = null, string? Code = null)
{
    /// <summary>Seconds after which a try may succeed.</summary>
    public double? RetryAfter { get; init; }

    /// <summary>More of what a vendor's error holds by name: text or whole numbers.</summary>
    public IReadOnlyList<(string Name, object Value)> Members { get; init; } = [];

    public static ApiError Missing(string param) => new(400, $"Missing required parameter: '{param}'.", Param: param, Code: "missing_required_parameter");

    public static ApiError Invalid(string param, string message) => new(400, message, Param: param, Code: "invalid_value");

    public static ApiError UnparsableBody { get; } = new(400, "We could not parse the JSON body of your request.");

    public static ApiError UnknownModel(string model) =>
        new(404, $"The model `{model}` does not exist or you do not have access to it.", Code: "model_not_found");

    /// <summary>No room in the flex tier. Its code is not verified against the live service.</summary>
    public static ApiError NoFlex { get; } =
        new(429, "Resource unavailable: there is no capacity for flex processing at this time. You were not charged.", "resource_unavailable", Code: "resource_unavailable");

    /// <summary>A bad value in Anthropic's words, <c>max_tokens: Field required</c>.</summary>
    public static ApiError Bad(string field, string problem) => new(400, $"{field}: {problem}");
}
