using System.Text.Json;
using System.Text.RegularExpressions;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Bedrock;
using Leeway.Sandbox.S3;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>Reads a create body. What is in S3 is looked at only when the job is validated, and a row's <c>modelInput</c> only when it runs.</summary>
internal static partial class JobReader
{
    private const int MinHours = 24;
    private const int MaxHours = 168;
    private const int MaxTokenChars = 256;

    public static (JobSpec? Spec, ApiError? Error) Read(JsonElement body)
    {
        if (body.StringOrNull("jobName") is not { } name)
        {
            return (null, AwsErrors.Missing("jobName"));
        }

        if (name.Length > 63 || !JobName().IsMatch(name))
        {
            return (null, AwsErrors.Constraint("jobName", name, "Member must satisfy regular expression pattern: [a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9\\+\\-\\.]){0,63}"));
        }

        if (body.StringOrNull("roleArn") is not { } role)
        {
            return (null, AwsErrors.Missing("roleArn"));
        }

        if (!RoleArn().IsMatch(role))
        {
            return (null, AwsErrors.Constraint("roleArn", role, "Member must satisfy regular expression pattern: arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+"));
        }

        if (body.StringOrNull("modelId") is not { } modelId)
        {
            return (null, AwsErrors.Missing("modelId"));
        }

        if (BedrockModel.Find(modelId) is not { } model)
        {
            return (null, AwsErrors.Validation("The provided model identifier is invalid."));
        }

        if (!model.HasBatch)
        {
            return (null, AwsErrors.Validation($"The provided model {modelId} doesn't support batch inference."));
        }

        var type = body.Has("modelInvocationType", out var given) ? given.ToString() : "InvokeModel";
        if (type is not ("InvokeModel" or "Converse"))
        {
            return (null, AwsErrors.Constraint("modelInvocationType", type, "Member must satisfy enum value set: [InvokeModel, Converse]"));
        }

        var (input, badInput) = ReadLocation(body, "inputDataConfig", "s3InputDataConfig");
        var (output, badOutput) = ReadLocation(body, "outputDataConfig", "s3OutputDataConfig");
        var (hours, badHours) = ReadHours(body);
        var token = body.StringOrNull("clientRequestToken");
        return (badInput ?? badOutput ?? badHours ?? CheckToken(token)) is { } error
            ? (null, error)
            : (new JobSpec(body.Clone(), name, role, model, type == "Converse", input, output, hours) { Token = token, Tags = ReadTags(body) }, null);
    }

    private static (S3Location Location, ApiError? Error) ReadLocation(JsonElement body, string outer, string inner)
    {
        if (!body.Has(outer, out var config) || config.ValueKind != JsonValueKind.Object || !config.Has(inner, out var s3) || s3.ValueKind != JsonValueKind.Object)
        {
            return (default, AwsErrors.Missing(outer));
        }

        if (s3.StringOrNull("s3Uri") is not { } uri)
        {
            return (default, AwsErrors.Missing($"{outer}.{inner}.s3Uri"));
        }

        return S3Location.Parse(uri) is { } location
            ? (location, s3.Has("s3InputFormat", out var format) && format.ToString() != "JSONL"
                ? AwsErrors.Constraint($"{outer}.{inner}.s3InputFormat", format.ToString(), "Member must satisfy enum value set: [JSONL]")
                : null)
            : (default, AwsErrors.Constraint($"{outer}.{inner}.s3Uri", uri, "Member must satisfy regular expression pattern: s3://[a-z0-9][-.a-z0-9]{1,61}(?:/.*)?"));
    }

    private static (int Hours, ApiError? Error) ReadHours(JsonElement body) =>
        !body.Has("timeoutDurationInHours", out var value) ? (MinHours, null)
        : value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var hours) ? (0, AwsErrors.NotAnObject)
        : hours < MinHours ? (0, AwsErrors.Constraint("timeoutDurationInHours", value.GetRawText(), $"Member must have value greater than or equal to {MinHours}"))
        : hours > MaxHours ? (0, AwsErrors.Constraint("timeoutDurationInHours", value.GetRawText(), $"Member must have value less than or equal to {MaxHours}"))
        : (hours, null);

    private static ApiError? CheckToken(string? token) => token is null || token.Length is >= 1 and <= MaxTokenChars
        ? null
        : AwsErrors.Constraint("clientRequestToken", token, $"Member must have length less than or equal to {MaxTokenChars}");

    private static Dictionary<string, string> ReadTags(JsonElement body)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in body.Has("tags", out var given) && given.ValueKind == JsonValueKind.Array ? given.EnumerateArray() : [])
        {
            if (tag.ValueKind == JsonValueKind.Object && tag.StringOrNull("key") is { } key)
            {
                tags[key] = tag.StringOrNull("value") ?? "";
            }
        }

        return tags;
    }

    [GeneratedRegex(@"^[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9+\-.]){0,63}\z", RegexOptions.None, 1000)]
    private static partial Regex JobName();

    [GeneratedRegex(@"^arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+\z")]
    private static partial Regex RoleArn();
}
