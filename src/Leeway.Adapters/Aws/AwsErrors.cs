using System.Text.Json;
using Leeway.Adapters.Wire;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Aws;

/// <summary>What AWS's error types mean where their status alone does not say.</summary>
internal static class AwsErrors
{
    public const string TypeHeader = "x-amzn-ErrorType";

    public const string RequestIdHeader = "x-amzn-RequestId";

    // A status that a model or function has and that is no answer of its own.
    private const int FailedDependency = 424;

    public static ProviderErrorKind? KindOf(int status, ErrorText text, ReadOnlyMemory<byte> body) => text.Type switch
    {
        // SageMaker sends it with 400.
        "ThrottlingException" or "TooManyRequestsException" => ProviderErrorKind.RateLimited,
        "ModelNotReadyException" => ProviderErrorKind.Overloaded,
        "ServiceQuotaExceededException" => ProviderErrorKind.QuotaExhausted,
        "ValidationException" when text.Message?.Contains("model identifier is invalid", StringComparison.Ordinal) == true => ProviderErrorKind.NotFound,
        _ => status == FailedDependency ? OfModel(body) : null,
    };

    /// <summary>An error of the model's own carries the status that the model answered.</summary>
    private static ProviderErrorKind OfModel(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            int? told = document.RootElement.Count("originalStatusCode") ?? document.RootElement.Count("OriginalStatusCode");
            return told is { } original and >= 400 and not FailedDependency ? ErrorAnswers.Classify(original, null, null) : ProviderErrorKind.ServerError;
        }
        catch (JsonException)
        {
            return ProviderErrorKind.ServerError;
        }
    }
}
