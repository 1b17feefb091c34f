using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.SageMaker;

/// <summary>What an endpoint writes in place of a result: the container's own error, or a sentence of AWS's. It has no status of its own.</summary>
internal static partial class InferenceFailure
{
    private const int LongestText = 8192;

    /// <param name="bytes">The object as a whole.</param>
    /// <param name="binding">The endpoint.</param>
    /// <param name="translated">Whether the client speaks another dialect than the container.</param>
    public static ProviderError Read(byte[] bytes, Binding binding, bool translated)
    {
        ErrorText text = ErrorText.Parse(bytes);
        if (string.IsNullOrWhiteSpace(text.Message))
        {
            text = text with { Message = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, LongestText))).Trim() };
        }

        int? status = StatusOf(text);
        return new ProviderError(
            status is { } known ? ErrorAnswers.Classify(known, text.Type, text.Code, text.Message) : ProviderErrorKind.ServerError,
            text.Describe(status ?? 500, binding.Deployment.Id, binding.ApiKey))
        {
            StatusCode = status,
            ProviderCode = text.Code ?? text.Type,
            Body = text.Shape == binding.Dialect && !translated ? bytes : default,
        };
    }

    /// <summary>The container's status: as its error's code, in AWS's sentence about it, or by its type; what expired in the queue found no capacity.</summary>
    private static int? StatusOf(ErrorText text) =>
        AsStatus(text.Code) ?? (Sentence().Match(text.Message ?? "") is { Success: true } match ? AsStatus(match.Groups[1].Value) : null) ?? text.Type switch
        {
            "invalid_request_error" or "BadRequestError" or "ValidationError" => 400,
            "NotFoundError" => 404,
            "rate_limit_error" or "RateLimitError" => 429,
            null when text.Message?.Contains("expired", StringComparison.OrdinalIgnoreCase) == true => 503,
            _ => null,
        };

    private static int? AsStatus(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 400 and < 600 ? number : null;

    [GeneratedRegex(@"error \((\d{3})\)", RegexOptions.CultureInvariant)]
    private static partial Regex Sentence();
}
