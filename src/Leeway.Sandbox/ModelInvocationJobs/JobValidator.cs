using System.Text.Json;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Batches;
using Leeway.Sandbox.S3;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>Looks at the input of a job in S3: that there is some, that its lines are JSON, that it has records enough. Models' bodies are not looked at.</summary>
internal static class JobValidator
{
    private const string Extension = ".jsonl";
    private const long MaxFileBytes = 1024L * 1024 * 1024;

    /// <summary>The input, or why the job fails.</summary>
    public static (JobInput? Input, string? Message) Validate(SandboxWorld world, S3Store objects, ModelInvocationJob job)
    {
        var at = job.Spec.Input;
        if (!objects.HasBucket(at.Bucket) || !objects.HasBucket(job.Spec.Output.Bucket))
        {
            return (null, $"Could not access the S3 bucket {(objects.HasBucket(at.Bucket) ? job.Spec.Output.Bucket : at.Bucket)}. Check that it exists and that the role may read and write it.");
        }

        var folder = at.Key.Length == 0 || at.Key.EndsWith('/') ? at.Key : at.Key + "/";
        var found = objects.List(at.Bucket, at.Key).Where(one => one.Key.EndsWith(Extension, StringComparison.Ordinal) && (one.Key == at.Key || one.Key.StartsWith(folder, StringComparison.Ordinal))).ToList();
        if (found.Count == 0)
        {
            return (null, $"No {Extension} file was found at {at}.");
        }

        List<JobFile> files = [];
        foreach (var one in found)
        {
            if (one.Content.Length > MaxFileBytes)
            {
                return (null, $"The file {one.Key} is larger than 1 GB.");
            }

            var name = one.Key == at.Key ? one.Key[(one.Key.LastIndexOf('/') + 1)..] : one.Key[folder.Length..];
            var (file, line) = Read(world, name, one);
            if (file is null)
            {
                return (null, $"Line {line} of {one.Key} is not a JSON object.");
            }

            files.Add(file);
        }

        var input = new JobInput(files);
        var options = world.Options.Aws;
        var least = options.MinJobRecordsByModel.GetValueOrDefault(job.Spec.Model.Name, options.MinJobRecords);
        return input.Records < least ? (null, $"Batch job {job.Arn} contains less records ({input.Records}) than the required minimum of: {least}")
            : input.Records > options.MaxJobRecords ? (null, $"Batch job {job.Arn} contains more records ({input.Records}) than the allowed maximum of: {options.MaxJobRecords}")
            : (input, null);
    }

    /// <summary>Null, and the number of the first bad line.</summary>
    private static (JobFile? File, int BadLine) Read(SandboxWorld world, string name, S3Object found)
    {
        List<JsonLine> lines = [];
        List<string> ids = [];
        var bad = 0;
        JsonLine.VisitAll(found.Content, (line, bytes) =>
        {
            using var json = AwsJson.Parse(bytes);
            if (json is null)
            {
                bad = line.Number;
                return false;
            }

            lines.Add(line);
            // A record without an id gets one.
            ids.Add(json.RootElement.StringOrNull("recordId") ?? world.Ids.Next("REC")[..14].ToUpperInvariant());
            return true;
        });
        return bad > 0 ? (null, bad) : (new JobFile(name, found.Content, lines, ids), 0);
    }
}
