namespace Leeway.Sandbox.Wire;

/// <summary>An error in OpenAI's shape, with the HTTP status it travels under.</summary>
internal sealed record ApiError(int Status, string Message, string Type = "invalid_request_error", string? Param = null, string? Code = null)
{
    public static ApiError Missing(string param) => new(400, $"Missing required parameter: '{param}'.", Param: param, Code: "missing_required_parameter");

    public static ApiError Invalid(string param, string message) => new(400, message, Param: param, Code: "invalid_value");

    public static ApiError UnparsableBody { get; } = new(400, "We could not parse the JSON body of your request.");

    public static ApiError UnknownModel(string model) =>
        new(404, $"The model `{model}` does not exist or you do not have access to it.", Code: "model_not_found");

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
}
