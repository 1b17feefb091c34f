using System.Text.Json;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>A job in Bedrock's shape: alone, or as one of a list.</summary>
internal static class JobObject
{
    private static readonly string[] s_echoed = ["clientRequestToken", "roleArn", "inputDataConfig", "outputDataConfig", "vpcConfig"];

    public static void Write(Utf8JsonWriter json, ModelInvocationJob job, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("jobArn", job.Arn);
        json.WriteString("jobName", job.Spec.Name);
        json.WriteString("modelId", job.Spec.Model.Name);
        json.WriteString("status", job.StatusAt(now));
        if (job.Message is { } message)
        {
            json.WriteString("message", message);
        }

        json.WriteString("submitTime", AwsInstants.Iso(job.SubmittedAt));
        json.WriteString("lastModifiedTime", AwsInstants.Iso(job.ModifiedAt(now)));
        if (job.IsDone)
        {
            json.WriteString("endTime", AwsInstants.Iso(job.EndsAt));
        }

        json.WriteNumber("timeoutDurationInHours", job.Spec.TimeoutHours);
        json.WriteString("jobExpirationTime", AwsInstants.Iso(job.SubmittedAt + job.Spec.Timeout));
        json.WriteString("modelInvocationType", job.Spec.IsConverse ? "Converse" : "InvokeModel");
        foreach (var name in s_echoed)
        {
            if (job.Spec.Body.Has(name, out var value))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        WriteCounts(json, job, now);
        json.WriteEndObject();
    }

    /// <summary>Known from validation on. Until the job has ended, rows that have run count as successes.</summary>
    private static void WriteCounts(Utf8JsonWriter json, ModelInvocationJob job, DateTimeOffset now)
    {
        if (job.Input is not { } input)
        {
            return;
        }

        var running = (int)(input.Records * job.Plan.DoneAt(job.StoppingAt ?? now));
        var (succeeded, failed) = job.Output is { } output ? (output.Succeeded, output.Failed) : (running, 0);
        json.WriteNumber("totalRecordCount", input.Records);
        json.WriteNumber("processedRecordCount", succeeded + failed);
        json.WriteNumber("successRecordCount", succeeded);
        json.WriteNumber("errorRecordCount", failed);
    }
}
