namespace Leeway.Sandbox.Wire;

/// <summary>An error with the HTTP status it travels under. OpenAI shows all of it; Anthropic's type follows from the status.</summary>
internal sealed record ApiError(int Status, string Message, string Type = "invalid_request_error", string? Param = null, string? Code = null)
{
    /// <summary>Anthropic's code of a 429 that no wait will cure.</summary>
    public const string SpendLimit = "enforced_spend_limit_reached";

    public static ApiError Missing(string param) => new(400, $"Missing required parameter: '{param}'.", Param: param, Code: "missing_required_parameter");

    public static ApiError Invalid(string param, string message) => new(400, message, Param: param, Code: "invalid_value");

    public static ApiError UnparsableBody { get; } = new(400, "We could not parse the JSON body of your request.");

    public static ApiError UnknownModel(string model) =>
        new(404, $"The model `{model}` does not exist or you do not have access to it.", Code: "model_not_found");

    /// <summary>A bad value in Anthropic's words, <c>max_tokens: Field required</c>.</summary>
    public static ApiError Bad(string field, string problem) => new(400, $"{field}: {problem}");

    public void WriteTo(System.Text.Json.Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", Message);
        json.WriteString("type", Type);
        json.WriteString("param", Param);
        json.WriteString("code", Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>As Anthropic shows it.</summary>
    /// <param name="requestId">Null where the error stands inside a stream.</param>
    public void WriteAnthropicTo(System.Text.Json.Utf8JsonWriter json, string? requestId)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", AnthropicType(Status));
        json.WriteString("message", Message);
        if (Code == SpendLimit)
        {
            json.WriteString("error_code", Code);
        }

        json.WriteEndObject();
        if (requestId is not null)
        {
            json.WriteString("request_id", requestId);
        }

        json.WriteEndObject();
    }

    private static string AnthropicType(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
