using System.Globalization;
using System.Text;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.ModelInvocationJobs;

/// <summary>The list of jobs, newest first unless asked otherwise, filtered by time, status and part of a name, in pages.</summary>
internal static class JobList
{
    // Assumed: the default of a page is not documented.
    private const int DefaultPage = 100;
    private const int MaxPage = 1000;

    private static readonly string[] s_statuses =
        ["Submitted", "InProgress", "Completed", "Failed", "Stopping", "Stopped", "PartiallyCompleted", "Expired", "Validating", "Scheduled"];

    public static Task AnswerAsync(HttpContext context, SandboxWorld world, JobStore jobs)
    {
        var query = context.Request.Query;
        var max = DefaultPage;
        if (query.TryGetValue("maxResults", out var asked) && (!int.TryParse(asked, CultureInfo.InvariantCulture, out max) || max is < 1 or > MaxPage))
        {
            return context.WriteErrorAsync(AwsErrors.Constraint("maxResults", asked.ToString(), $"Member must have value between 1 and {MaxPage}"));
        }

        if (Check(query) is { } error)
        {
            return context.WriteErrorAsync(error);
        }

        var now = world.Clock.Now;
        var listed = jobs.Listed();
        foreach (var job in listed)
        {
            jobs.Advance(job);
        }

        // The token holds the job that the page before ended with, so that new jobs shift nothing.
        var found = (query["sortOrder"] == "Ascending" ? listed : listed.Reverse()).Where(job => Matches(job, query, now)).ToList();
        var start = query["nextToken"].ToString() is { Length: > 0 } token ? found.FindIndex(job => job.Id == Decode(token)) + 1 : 0;
        if (start == 0 && query.ContainsKey("nextToken"))
        {
            return context.WriteErrorAsync(AwsErrors.Validation("The provided nextToken is invalid."));
        }

        var page = found.Skip(start).Take(max).ToList();
        return context.WriteJsonAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("invocationJobSummaries");
            page.ForEach(job => JobObject.Write(json, job, now));
            json.WriteEndArray();
            if (start + page.Count < found.Count)
            {
                json.WriteString("nextToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(page[^1].Id)));
            }

            json.WriteEndObject();
        });
    }

    private static ApiError? Check(IQueryCollection query)
    {
        foreach (var name in (ReadOnlySpan<string>)["submitTimeAfter", "submitTimeBefore"])
        {
            if (query.TryGetValue(name, out var text) && Time(text) is null)
            {
                return AwsErrors.Of(400, "SerializationException", $"The value '{text}' of {name} is no ISO 8601 instant.");
            }
        }

        return query.TryGetValue("statusEquals", out var status) && !s_statuses.Contains(status.ToString())
            ? AwsErrors.Constraint("statusEquals", status.ToString(), $"Member must satisfy enum value set: [{string.Join(", ", s_statuses)}]")
            : query.TryGetValue("sortBy", out var by) && by != "CreationTime"
                ? AwsErrors.Constraint("sortBy", by.ToString(), "Member must satisfy enum value set: [CreationTime]")
                : query.TryGetValue("sortOrder", out var order) && order.ToString() is not ("Ascending" or "Descending")
                    ? AwsErrors.Constraint("sortOrder", order.ToString(), "Member must satisfy enum value set: [Ascending, Descending]")
                    : null;
    }

    private static bool Matches(ModelInvocationJob job, IQueryCollection query, DateTimeOffset now) =>
        (Time(query["submitTimeAfter"]) is not { } after || job.SubmittedAt > after)
        && (Time(query["submitTimeBefore"]) is not { } before || job.SubmittedAt < before)
        && (!query.TryGetValue("statusEquals", out var status) || job.StatusAt(now) == status)
        && job.Spec.Name.Contains(query["nameContains"].ToString(), StringComparison.Ordinal);

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static string Decode(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : "";
    }
}
