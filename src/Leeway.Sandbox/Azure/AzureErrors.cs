using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Azure;

/// <summary>Azure's errors: those of the platform have a code and a message only, those of the model OpenAI's shape, and a filtered prompt tells what was found.</summary>
internal static class AzureErrors
{
    public const string Filter = "content_filter";

    /// <summary>Type of the errors that the platform in front of the model writes.</summary>
    private const string Platform = "platform";

    public static ApiError DeploymentNotFound { get; } = new(
        404, "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.", Platform, Code: "DeploymentNotFound");

    public static ApiError NoResource { get; } = new(404, "Resource not found", Platform, Code: "404");

    public static ApiError RateLimited { get; } = new(
        429, "Requests have exceeded the call rate limit of your current pricing tier. Please retry after some seconds.", Platform, Code: "429");

    public static ApiError Denied(string why) => new(401, $"Access denied: {why}.", Platform, Code: "401");

    public static ApiError ContentFiltered { get; } = new(
        400, "The response was filtered due to the prompt triggering the content management policy. Please modify your prompt and retry.", Type: "", Param: "prompt", Code: Filter);

    public static void Write(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        if (error.Type != Platform)
        {
            json.WriteString("param", error.Param);
            json.WriteString("type", error.Type.Length == 0 ? null : error.Type);
        }

        if (error.Code == Filter)
        {
            json.WriteNumber("status", error.Status);
            json.WriteStartObject("innererror");
            json.WriteString("code", "ResponsibleAIPolicyViolation");
            json.WritePropertyName("content_filter_result");
            AzureDialect.WriteFindings(json, "violence");
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
