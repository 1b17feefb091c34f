using System.Globalization;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.S3;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.SageMaker;

/// <summary>Accepts an asynchronous inference: its body lies in S3 or is small, its result will lie where the answer says.</summary>
internal static class AsyncInvocation
{
    private const string Prefix = "X-Amzn-SageMaker-";

    // Of a body that comes with the call.
    private const int MaxBodyBytes = 128_000;
    private const int DefaultTtl = 21_600;

    public static async Task AcceptAsync(HttpContext context, SandboxWorld world, AsyncInferences inferences)
    {
        var headers = context.Request.Headers;
        var body = AwsCall.Of(context).Body;
        var named = headers[Prefix + "InputLocation"].ToString();
        var input = S3Location.Parse(named);
        var (ttl, badTtl) = ReadSeconds(headers, "RequestTTLSeconds", 60, DefaultTtl, DefaultTtl);
        var (_, badTimeout) = ReadSeconds(headers, "InvocationTimeoutSeconds", 1, 3600, 3600);
        var error = SageMakerEndpoints.CheckHeaders(context.Request) ?? badTtl ?? badTimeout
            ?? (named.Length > 0 && (input is null || input.Value.Key.Length == 0) ? SageMakerEndpoints.Invalid("inputLocation", named, "Member must satisfy regular expression pattern: (https|s3)://([^/]+)/?(.*)")
                : named.Length == 0 && body.Length == 0 ? AwsErrors.Missing("inputLocation") with { Type = "ValidationError" }
                : named.Length == 0 && body.Length > MaxBodyBytes ? SageMakerEndpoints.Invalid("body", $"{body.Length} bytes", $"Member must have length less than or equal to {MaxBodyBytes}")
                : null);
        if (error is not null)
        {
            await context.WriteErrorAsync(error);
            return;
        }

        if (world.Faults.Strikes(FaultKind.CreateLostBefore))
        {
            context.Abort();
            return;
        }

        var id = headers[SageMakerEndpoints.InferenceId].ToString() is { Length: > 0 } given ? given : world.Ids.Next("");
        var file = headers[Prefix + "Filename"].ToString() is { Length: > 0 } filename ? filename : world.Ids.Next("");
        var folder = S3Location.Parse(world.Options.Aws.AsyncInferenceOutput)!.Value;
        if (headers[Prefix + "S3OutputPathExtension"].ToString() is { Length: > 0 } extension)
        {
            folder = folder.Add(extension.Trim('/') + "/");
        }

        var output = folder.Add(file + ".out");
        var failure = S3Location.Parse(world.Options.Aws.AsyncInferenceFailures)!.Value.Add(file + "-error.out");
        inferences.Add(id, input, named.Length == 0 ? body.ToArray() : default, output, failure, TimeSpan.FromSeconds(ttl));
        if (world.Faults.Strikes(FaultKind.CreateLost))
        {
            context.Abort();
            return;
        }

        context.Response.Headers[Prefix + "OutputLocation"] = output.ToString();
        context.Response.Headers[Prefix + "FailureLocation"] = failure.ToString();
        await context.WriteJsonAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("InferenceId", id);
                json.WriteEndObject();
            },
            StatusCodes.Status202Accepted);
    }

    private static (int Seconds, ApiError? Error) ReadSeconds(IHeaderDictionary headers, string name, int least, int most, int absent)
    {
        var text = headers[Prefix + name].ToString();
        return text.Length == 0 ? (absent, null)
            : int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds >= least && seconds <= most ? (seconds, null)
            : (0, SageMakerEndpoints.Invalid(char.ToLowerInvariant(name[0]) + name[1..], text, $"Member must have value between {least} and {most}"));
    }
}
