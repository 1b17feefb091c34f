using System.Globalization;
using System.Text.Json;
using Leeway.Sandbox.Google;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.VertexJobs;

/// <summary>A job in Vertex AI's shape. Its counts are strings, and none is told before it has ended.</summary>
internal static class VertexJobObject
{
    public static void Write(Utf8JsonWriter json, VertexJob job, DateTimeOffset now)
    {
        var input = job.Input;
        var state = job.StateAt(now);
        json.WriteStartObject();
        json.WriteString("name", job.Name);
        json.WriteString("displayName", input.DisplayName);
        json.WriteString("model", input.ModelResource);
        json.WriteStartObject("inputConfig");
        json.WriteString("instancesFormat", "jsonl");
        json.WriteStartObject("gcsSource");
        json.WriteStartArray("uris");
        foreach (var uri in input.Uris)
        {
            json.WriteStringValue(uri);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("outputConfig");
        json.WriteString("predictionsFormat", "jsonl");
        json.WriteStartObject("gcsDestination");
        json.WriteString("outputUriPrefix", input.OutputPrefix);
        json.WriteEndObject();
        json.WriteEndObject();
        if (job.Output?.Directory is { } directory)
        {
            json.WriteStartObject("outputInfo");
            json.WriteString("gcsOutputDirectory", directory);
            json.WriteEndObject();
        }

        json.WriteString("state", "JOB_STATE_" + state);
        if (job.HasEnded && input.Error is { } error)
        {
            json.WritePropertyName("error");
            GoogleError.WriteStatus(json, error);
        }

        WriteTimes(json, job, state, now);
        WriteStats(json, job);
        json.WriteEndObject();
    }

    private static void WriteTimes(Utf8JsonWriter json, VertexJob job, string state, DateTimeOffset now)
    {
        json.WriteString("createTime", Instants.Rfc3339(job.CreatedAt));
        if (state is not ("QUEUED" or "PENDING") && now >= job.Plan.InProgressAt)
        {
            json.WriteString("startTime", Instants.Rfc3339(job.Plan.InProgressAt));
        }

        if (job.HasEnded)
        {
            json.WriteString("endTime", Instants.Rfc3339(job.EndsAt));
        }

        json.WriteString("updateTime", Instants.Rfc3339(job.HasEnded ? job.EndsAt : now));
    }

    private static void WriteStats(Utf8JsonWriter json, VertexJob job)
    {
        if (job.Output is not { } output || job.Input.Error is not null)
        {
            return;
        }

        json.WriteStartObject("completionStats");
        Count(json, "successfulCount", output.Succeeded);
        Count(json, "failedCount", output.Failed);
        Count(json, "incompleteCount", output.Incomplete);
        json.WriteEndObject();
    }

    private static void Count(Utf8JsonWriter json, string name, int count)
    {
        if (count > 0)
        {
            json.WriteString(name, count.ToString(CultureInfo.InvariantCulture));
        }
    }
}
