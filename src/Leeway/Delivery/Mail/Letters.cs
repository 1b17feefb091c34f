namespace Leeway.Delivery.Mail;

/// <summary>What each kind of mail says. No text of a prompt or an answer is in any of them unless the configuration wants it.</summary>
internal static class Letters
{
    private const int MaxQuote = 4000;

    /// <summary>Of a request that ended.</summary>
    public static Letter OfRequest(RequestRecord record, LetterSettings settings)
    {
        QueuedRequest request = record.Request;
        string state = NameOf(request.State);
        string model = LetterWords.Line(request.Group.Model, 60);
        var facts = new List<(string, string)> { ("Request", request.Id.ToString()) };
        if (LetterWords.ForeignId(record.CustomId) is { } customId)
        {
            facts.Add(("Custom id", customId));
        }

        facts.Add(("Model", model));
        facts.Add(("Priority", WorkParts.NameOf(request.Priority)));
        facts.Add(("Lane", NameOf(record.Lane) + (record.Rescued ? ", rescued" : "")));
        if (record.FinishedAt is { } finished)
        {
            facts.Add(("Ended", settings.Instant(finished)));
            facts.Add(("Deadline", $"{settings.Instant(request.Deadline)}, {(request.State == RequestState.Cancelled ? "withdrawn before" : finished <= request.Deadline ? "met" : "missed")}"));
        }

        if (record.Result?.ErrorCode is { } code)
        {
            facts.Add(("Error", LetterWords.Line(code, 80)));
        }

        facts.AddRange(WorkParts.Money(Cost(record), ListCost(record), record.Entries.Count(entry => entry.Cost is null)));
        var parts = new List<LetterPart> { new() { Facts = facts } };
        if (settings.IncludeAnswers && record.Result is { } result)
        {
            parts.Add(new LetterPart { Heading = result.ErrorCode is null ? "Answer" : "Error", Quote = LetterWords.Lines(AnswerText.Read(result.Body), MaxQuote) });
        }

        parts.AddRange(settings.Link($"/leeway/requests/{request.Id}"));
        return new Letter($"Request {state}: {model}, {request.Id}", "requests", new LetterPage($"Your request has {Ended(request.State)}", parts, Footer));
    }

    /// <summary>Of several requests that ended within minutes; of many only the newest are listed.</summary>
    public static Letter OfRequests(IReadOnlyDictionary<string, int> states, IReadOnlyList<RequestRecord> listed, LetterSettings settings)
    {
        int all = states.Values.Sum();
        string counts = string.Join(", ", states.OrderByDescending(state => state.Value).Select(state => $"{LetterWords.Count(state.Value)} {state.Key}"));
        var table = new LetterTable(
            3,
            ["Request", "State", "In time", "Spent", "Saved"],
            [.. listed.Select(record => (IReadOnlyList<string>)
            [
                $"{record.Request.Id} {LetterWords.ForeignId(record.CustomId)}".TrimEnd(), NameOf(record.Request.State), record.FinishedAt <= record.Request.Deadline ? "yes" : "no",
                LetterWords.Money(Cost(record)), LetterWords.Money(ListCost(record) - Cost(record)),
            ])]);
        var parts = new List<LetterPart>
        {
            new() { Text = all > listed.Count ? $"{LetterWords.Count(listed.Count)} of them:" : null, Table = table },
        };
        parts.AddRange(settings.Link("/leeway/requests"));
        return new Letter($"{LetterWords.Count(all, "request")} ended: {counts}", "requests", new LetterPage($"{LetterWords.Count(all, "request")} of yours have ended: {counts}", parts, Footer));
    }

    /// <summary>Of a run whose requests have all ended.</summary>
    public static Letter OfRun(RunId run, EndedWork work, LetterSettings settings) => OfMany(
        $"Run ended: {Answered(work, "request")}, {run}", $"Your run has ended: {Answered(work, "request")}", ("Run", run.ToString()), null, work, "request",
        $"/leeway/runs/{run}", settings);

    /// <summary>Of a client's batch that has ended.</summary>
    public static Letter OfBatch(ClientBatch batch, EndedWork work, LetterSettings settings)
    {
        string state = NameOf(batch.State);
        string path = batch.Dialect == Dialect.Anthropic ? $"/v1/messages/batches/{batch.PrintedId}" : $"/v1/batches/{batch.PrintedId}";
        string lines = $"{LetterWords.Count(batch.Counts.Succeeded)} of {LetterWords.Count(batch.Counts.Total, "line")} answered";
        string? note = batch.State == ClientBatchState.Failed ? "It was refused for its lines; none of them ran and nothing was spent."
            : batch.Counts.Bad > 0 ? $"{LetterWords.Count(batch.Counts.Bad, "line")} could not be read and never ran."
            : null;
        return OfMany(
            $"Batch {state}: {lines}, {batch.PrintedId}", $"Your batch is {state}: {lines}", ("Batch", batch.PrintedId),
            ("Window", $"until {settings.Instant(batch.Terms.ExpiresAt)}{Verdict(batch)}"), work, "request", path, settings, note);
    }

    /// <summary>Of what a team's requests came to in a span.</summary>
    public static Letter OfDigest(string team, DigestSpan span, EndedWork work, LetterSettings settings)
    {
        decimal saved = work.ListCost - work.Cost;
        string figures = work.Requests == 0 ? "nothing ended" : $"{LetterWords.Count(work.Requests, "request")} ended, {LetterWords.Count(work.Failed + work.Expired)} failed, {LetterWords.Money(saved)} saved";
        var parts = new List<LetterPart>
        {
            new()
            {
                Text = $"Of team {LetterWords.Line(team, 60)}, from {LetterWords.Instant(span.Since, settings.Zone)} to {settings.Instant(span.Until)}. Requests that did not wait are not in these figures.",
            },
        };
        if (work.Requests > 0)
        {
            parts.Add(WorkParts.Totals(work, "request"));
            parts.AddRange(WorkParts.Table(work));
            parts.AddRange(WorkParts.Errors(work));
        }

        string day = TimeZoneInfo.ConvertTime(span.Until, settings.Zone).ToString("d MMM", System.Globalization.CultureInfo.InvariantCulture);
        return new Letter($"Leeway, {day}: {figures}", "digest", new LetterPage($"The morning digest: {figures}", parts, "You get this once a day because this address is registered for the digest. The operator of the gateway can switch it off: leeway mail disable."));
    }

    /// <summary>Of nothing, to see whether mail arrives.</summary>
    public static Letter OfTest(MailId id, DateTimeOffset at, LetterSettings settings) => new(
        "Leeway: this address works", "test", new LetterPage(
            "This address works",
            [new LetterPart { Text = "Somebody asked the gateway to send this mail, to see whether it arrives. It tells of nothing.", Facts = [("Address", id.ToString()), ("Sent", settings.Instant(at))] }],
            Footer));

    private const string Footer = "You get this because a request named this address, which the operator of the gateway has registered. The operator can switch it off: leeway mail disable.";

    private static Letter OfMany(
        string subject, string title, (string, string) what, (string, string)? window, EndedWork work, string noun, string path, LetterSettings settings, string? note = null)
    {
        LetterPart totals = WorkParts.Totals(work, noun);
        List<(string, string)> facts = [what, .. window is { } given ? [given] : Array.Empty<(string, string)>(), .. totals.Facts];
        return new Letter(subject, "runs", new LetterPage(
            title, [new LetterPart { Text = note, Facts = facts }, .. WorkParts.Table(work), .. WorkParts.Errors(work), .. settings.Link(path)], Footer));
    }

    // A batch that was refused or withdrawn has kept nobody waiting.
    private static string Verdict(ClientBatch batch) => batch.State switch
    {
        ClientBatchState.Completed => batch.EndedAt <= batch.Terms.ExpiresAt ? ", met" : ", missed",
        ClientBatchState.Expired => ", missed",
        _ => "",
    };

    private static decimal Cost(RequestRecord record) => record.Entries.Sum(entry => entry.Cost ?? 0);

    // In real time a request would have been paid once.
    private static decimal ListCost(RequestRecord record) => record.Entries.Where(entry => !entry.Duplicate).Sum(entry => entry.ListCost ?? 0);

    private static string Answered(EndedWork work, string noun) => $"{LetterWords.Count(work.Succeeded)} of {LetterWords.Count(work.Requests, noun)} answered";

    private static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Ended(RequestState state) => state switch
    {
        RequestState.Succeeded => "been answered",
        RequestState.Failed => "failed",
        RequestState.Expired => "expired",
        _ => "been cancelled",
    };
}

/// <summary>A mail before it is written: its subject, its kind and what it says.</summary>
/// <param name="Subject">On one line.</param>
/// <param name="List">Its kind: one of a few words.</param>
/// <param name="Page">What it says.</param>
internal sealed record Letter(string Subject, string List, LetterPage Page)
{
    /// <summary>As it is sent.</summary>
    public MailLetter Write(DeliveryId id, string to) => new()
    {
        Id = id.ToString(),
        To = to,
        Subject = LetterWords.Line(Subject),
        List = List,
        Text = LetterText.Write(Page),
        Html = LetterHtml.Write(Page),
    };
}
