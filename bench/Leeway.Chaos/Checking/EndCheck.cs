using System.Globalization;
using System.Text.Json;
using Leeway.Chaos.Load;

namespace Leeway.Chaos.Checking;

/// <summary>Accepted = ended: nothing is missing, open or there twice, and each answer is that of its own prompt.</summary>
internal sealed class EndCheck(ClientLog log, Evidence evidence, Findings findings)
{
    private readonly Dictionary<string, Sent> _byDigest = log.Sent.ToDictionary(sent => sent.Digest);

    private readonly HashSet<(string Request, int Attempt)> _duplicates = [.. evidence.Entries.Where(entry => entry.Duplicate).Select(entry => (entry.Request, entry.Attempt))];

    /// <summary>The gateway's requests by what their client sent.</summary>
    public Dictionary<Sent, List<Seen>> Found { get; } = [];

    public async Task RunAsync()
    {
        Dictionary<string, Sent> byKey = log.Sent.ToDictionary(sent => sent.Key), byId = [];
        foreach (Sent sent in log.Sent)
        {
            foreach (string id in sent.Ids)
            {
                byId[id] = sent;
            }
        }

        foreach (Seen seen in evidence.Requests.Values)
        {
            Sent? sent = byId.GetValueOrDefault(seen.Id) ?? (seen.CustomId is null ? null : byKey.GetValueOrDefault(seen.CustomId)) ?? (seen.Digest is null ? null : _byDigest.GetValueOrDefault(seen.Digest));
            if (sent is null)
            {
                // Accepted, and its client lost the answer and could not ask again; it ended without one of its own.
                findings.Explain("not heard of", $"{seen}: no client knows it");
                continue;
            }

            (Found.TryGetValue(sent, out List<Seen>? list) ? list : Found[sent] = []).Add(seen);
        }

        foreach (Sent sent in log.Sent.Where(sent => sent.Kind != SentKind.RealTime))
        {
            CheckOne(sent, Found.GetValueOrDefault(sent) ?? []);
        }

        foreach (Sent sent in log.Sent.Where(sent => sent is { Kind: SentKind.RealTime, Complete: true, Answers.Count: 0 }))
        {
            findings.Violate(Promises.WrongAnswer, sent.Key, "an answer without its digest");
        }

        await Parallel.ForEachAsync(log.Batches, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (batch, _) => await CheckBatchAsync(batch));
        Count();
    }

    private void CheckOne(Sent sent, List<Seen> found)
    {
        if (sent.AcceptedAt is not null && found.Count == 0)
        {
            findings.Violate(Promises.Lost, sent.Key, $"accepted at {sent.AcceptedAt:HH:mm:ss.fff} as {Ids(sent)}, and not there");
        }

        if (found.Count > 1)
        {
            findings.Violate(Promises.Doubled, sent.Key, $"is there {found.Count} times: {string.Join("; ", found)}");
        }

        foreach (Seen seen in found)
        {
            if (!seen.HasEnded)
            {
                findings.Violate(Promises.Lost, sent.Key, $"is open: {seen}");
            }

            // An answer that came after the end, as of a batch whose member was rescued, is entered as a duplicate.
            if (seen.Attempts.Count(attempt => attempt.Outcome == "succeeded" && !_duplicates.Contains((seen.Id, attempt.Number))) > 1)
            {
                findings.Violate(Promises.Doubled, sent.Key, $"ended twice: {seen}");
            }

            if (seen.State == "succeeded" && seen.Digest != sent.Digest)
            {
                findings.Violate(Promises.WrongAnswer, sent.Key, $"{seen} carries {seen.Digest ?? "no digest"} in place of {sent.Digest}");
            }

            if (seen.Answer is { } answer && seen.State == "succeeded")
            {
                sent.Answered(answer, "at the end");
            }
        }

        if (sent.Answers.Count > 1)
        {
            findings.Violate(Promises.Doubled, sent.Key, $"two answers: {string.Join(", ", sent.Answers.Select(one => $"{one.Key} {one.Value}"))}; {string.Join("; ", found)}");
        }
    }

    private async Task CheckBatchAsync(SentBatch batch)
    {
        JsonElement seen = await evidence.ReadBatchAsync(batch.Id);
        string status = seen.GetProperty("status").GetString()!;
        if (status is not ("completed" or "expired" or "failed" or "cancelled"))
        {
            findings.Violate(Promises.Lost, batch.Id, $"the batch is {status}");
            return;
        }

        IReadOnlyList<JsonElement> output, errors;
        try
        {
            output = await evidence.ReadFileAsync(seen.GetProperty("output_file_id").GetString());
            errors = await evidence.ReadFileAsync(seen.GetProperty("error_file_id").GetString());
        }
        catch (InvalidOperationException exception)
        {
            findings.Violate(Promises.Lost, batch.Id, $"its files cannot be read: {exception.Message}; {seen}");
            return;
        }

        string[] ids = [.. output.Concat(errors).Select(row => row.GetProperty("custom_id").GetString()!)];
        foreach (Sent missing in batch.Lines.Where(line => !ids.Contains(line.Key)))
        {
            findings.Violate(Promises.Lost, missing.Key, $"stands in no file of {batch.Id}, which is {status} with {seen.GetProperty("request_counts")}");
        }

        foreach (IGrouping<string, string> twice in ids.GroupBy(id => id).Where(group => group.Count() > 1))
        {
            findings.Violate(Promises.Doubled, twice.Key, $"stands {twice.Count()} times in the files of {batch.Id}");
        }

        Dictionary<string, Sent> lines = batch.Lines.ToDictionary(line => line.Key);
        foreach (JsonElement row in output)
        {
            string key = row.GetProperty("custom_id").GetString()!;
            if (!lines.TryGetValue(key, out Sent? line) || Evidence.DigestIn(row.GetProperty("response").GetRawText()) != line.Digest)
            {
                findings.Violate(Promises.WrongAnswer, key, $"row of {batch.Id}: {row}");
            }
        }
    }

    private void Count()
    {
        Sent[] accepted = [.. log.Sent.Where(sent => sent.AcceptedAt is not null && sent.Kind != SentKind.RealTime)];
        Seen[] seen = [.. accepted.SelectMany(sent => Found.GetValueOrDefault(sent) ?? [])];
        findings.Count("accepted", $"{accepted.Length} ({string.Join(", ", accepted.CountBy(sent => sent.Kind).OrderBy(one => one.Key).Select(one => $"{one.Value} {one.Key}"))})");
        findings.Count("ended", $"{seen.Count(one => one.HasEnded)} ({string.Join(", ", Seen.Ends.Select(end => $"{seen.Count(one => one.State == end)} {end}"))})");
        findings.Count("real-time calls", string.Create(CultureInfo.InvariantCulture,
            $"{log.Sent.Count(sent => sent.Kind == SentKind.RealTime)}, answered whole {log.Sent.Count(sent => sent is { Kind: SentKind.RealTime, Complete: true })}"));
        findings.Count("client batches", log.Batches.Count.ToString(CultureInfo.InvariantCulture));
        double[] late = [.. seen.Where(one => !one.InTime && one.State == "succeeded").Select(one => (one.FinishedAt!.Value - one.Deadline).TotalSeconds).Order()];
        findings.Count("deadlines met", string.Create(
            CultureInfo.InvariantCulture,
            $"{100.0 * seen.Count(one => one.InTime) / Math.Max(1, seen.Length):0.00} % ({seen.Count(one => one.Rescued)} rescued; {late.Length} answered late{(late.Length > 0 ? $", by {late[late.Length / 2]:0.0} s in the median and {late[^1]:0.0} s at most" : "")})"));
    }

    private static string Ids(Sent sent) => sent.Ids.Count > 0 ? string.Join(", ", sent.Ids) : sent.Group ?? "?";
}
