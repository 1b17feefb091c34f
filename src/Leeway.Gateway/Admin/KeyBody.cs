using System.Text.Json;
using Leeway.Classification;
using Leeway.Gateway.Access;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Admin;

/// <summary>The bodies that make and rotate keys.</summary>
internal sealed class KeyBody(IConfigSource config, IMailStore mails, TimeProvider clock)
{
    private const string Remedy = "Send {\"owner\":\"…\"} and, if you like, team, models, default, mail, budget and expires. Nothing was made.";
    private const string BudgetRemedy = "Send {\"budget\":\"200/month\"}, also with /day or alone for all time, or {\"budget\":\"none\"} for no bound. Nothing was changed.";
    private const string RotateRemedy = "Send {\"overlap\":\"24h\"}, or no body for 24 hours. Nothing was changed.";
    private const string None = "none";
    private const int MaxOwner = 100;
    private const int MaxModels = 100;
    private const int MaxModel = 200;

    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan s_longestOverlap = TimeSpan.FromDays(30);

    /// <summary>Reads <c>{"owner","team","models","default","mail","budget","expires"}</c>.</summary>
    public async Task<(KeyDraft? Draft, Problem? Problem)> ReadAsync(HttpContext context)
    {
        (JsonElement root, Problem? problem) = await AdminBody.ReadAsync(context, Remedy, mayBeMissing: false, "owner", "team", "models", "default", "mail", "budget", "expires");
        if (problem is not null)
        {
            return (null, problem);
        }

        string? owner = AdminBody.Text(root, "owner", Remedy, out Problem? badOwner);
        string team = AdminBody.Text(root, "team", Remedy, out Problem? badTeam) ?? Teams.Default;
        IReadOnlyList<string> models = AdminBody.Texts(root, "models", Remedy, out Problem? badModels);
        string? wait = AdminBody.Text(root, "default", Remedy, out Problem? badWait);
        string? expires = AdminBody.Text(root, "expires", Remedy, out Problem? badExpires);
        string? mail = AdminBody.Text(root, "mail", Remedy, out Problem? badMail);
        (Budget? budget, Problem? badBudget) = ReadBudget(root, Remedy);
        DateTimeOffset? expiresAt = null;
        problem = badOwner ?? badTeam ?? badModels ?? badWait ?? badExpires ?? badMail ?? badBudget
            ?? CheckOwner(owner)
            ?? CheckTeam(team, Remedy)
            ?? CheckModels(models)
            ?? CheckWait(wait)
            ?? ReadInstant("expires", expires, s_longestLife, "a duration such as 90d or an instant such as 2027-01-31T00:00:00Z, at most ten years away", Remedy, out expiresAt);
        (MailId? address, Problem? unknownMail) = await FindMailAsync(mail, team, context.RequestAborted);
        problem ??= unknownMail;
        return problem is null ? (new KeyDraft(owner!, team, models, wait?.Trim(), expiresAt, address, budget), null) : (null, problem);
    }

    /// <summary>Reads <c>{"budget"}</c>.</summary>
    public static async Task<(Budget? Budget, Problem? Problem)> ReadBudgetAsync(HttpContext context)
    {
        (JsonElement root, Problem? problem) = await AdminBody.ReadAsync(context, BudgetRemedy, mayBeMissing: false, "budget");
        return problem is not null ? (null, problem)
            : root.TryGetProperty("budget", out _) ? ReadBudget(root, BudgetRemedy)
            : (null, AdminBody.Bad("budget", "The member 'budget' is missing.", BudgetRemedy));
    }

    private static (Budget? Budget, Problem? Problem) ReadBudget(JsonElement root, string remedy)
    {
        string? text = AdminBody.Text(root, "budget", remedy, out Problem? problem);
        Budget? budget = text is null or None ? null : Budget.Parse(text);
        problem ??= text is not (null or None) && budget is null
            ? AdminBody.Bad("budget", $"'{Short.Of(text)}' is no budget: an amount in USD from {Budget.LeastAmount} to {Budget.MostAmount:0}, alone or with /day or /month.", remedy)
            : null;
        return (budget, problem);
    }

    /// <summary>Reads <c>{"overlap"}</c>: until when the secret before is accepted.</summary>
    public async Task<(DateTimeOffset Until, Problem? Problem)> ReadOverlapAsync(HttpContext context)
    {
        (JsonElement root, Problem? problem) = await AdminBody.ReadAsync(context, RotateRemedy, mayBeMissing: true, "overlap");
        if (problem is not null)
        {
            return (default, problem);
        }

        string overlap = AdminBody.Text(root, "overlap", RotateRemedy, out problem) ?? "24h";
        if (problem is null && overlap is "0" or "now")
        {
            return (clock.GetUtcNow(), null);
        }

        DateTimeOffset? until = null;
        problem ??= ReadInstant("overlap", overlap, s_longestOverlap, "a duration such as 24h or an instant, at most 30 days away, or 0", RotateRemedy, out until);
        return (until ?? default, problem);
    }

    /// <summary>Why <paramref name="team"/> cannot be a team's name, or null.</summary>
    public static Problem? CheckTeam(string team, string remedy) => Teams.IsValid(team)
        ? null
        : AdminBody.Bad("team", $"'{Short.Of(team)}' cannot be a team's name: 1 to {Teams.MaxLength} lower-case letters, digits, '-', '_' and '.'.", remedy);

    private static Problem? CheckOwner(string? owner) => owner is null
        ? AdminBody.Bad("owner", "The member 'owner' is missing: who is to hold the key?", Remedy)
        : owner.Length is 0 or > MaxOwner || string.IsNullOrWhiteSpace(owner) || owner.Any(char.IsControl)
            ? AdminBody.Bad("owner", $"The owner '{Short.Of(owner)}' must be 1 to {MaxOwner} printable characters.", Remedy)
            : null;

    private static Problem? CheckModels(IReadOnlyList<string> models)
    {
        if (models.Count > MaxModels)
        {
            return AdminBody.Bad("models", $"There are {models.Count} models; at most {MaxModels} can be named, fewer with patterns such as gpt-4o*.", Remedy);
        }

        string? bad = models.FirstOrDefault(model => model.Length is 0 or > MaxModel || model.Any(char.IsControl) || model.AsSpan(0, model.Length - 1).Contains('*'));
        return bad is null ? null : AdminBody.Bad("models", $"'{Short.Of(bad)}' is no model's name, nor the beginning of names followed by one '*'.", Remedy);
    }

    private async Task<(MailId? Mail, Problem? Problem)> FindMailAsync(string? text, string team, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return (null, null);
        }

        return MailId.TryParse(text, out MailId id) && await mails.FindAsync(id, cancellationToken) is { } endpoint && endpoint.Team == team
            ? (id, null)
            : (null, AdminBody.Bad("mail", $"'{Short.Of(text)}' is no registered mail address of team {team}: give the id (mail_…) that `leeway mail add` shows.", Remedy));
    }

    private Problem? CheckWait(string? wait)
    {
        if (wait is null || PriorityPolicy.TryParse(wait, out _))
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        TimeSpan max = config.Current.Deadlines.Max;
        DeadlineReading read = DeadlineParser.Parse(wait, now, clock.LocalTimeZone, max);

        // An instant stays where it is, and would soon be over for every call.
        bool moves = DeadlineParser.Parse(wait, now.AddDays(2), clock.LocalTimeZone, max) is { Ok: true } later && later.At != read.At;
        return read.Ok && moves
            ? null
            : AdminBody.Bad("default", $"'{Short.Of(wait)}' cannot be a key's default: urgent, standard, low, a duration such as 6h (at most deadlines.max), or a time of day such as 07:00.", Remedy);
    }

    private Problem? ReadInstant(string field, string? text, TimeSpan max, string wanted, string remedy, out DateTimeOffset? at)
    {
        at = null;
        if (text is null)
        {
            return null;
        }

        DeadlineReading read = DeadlineParser.Parse(text, clock.GetUtcNow(), clock.LocalTimeZone, max);
        if (read.Ok && !read.IsNow)
        {
            at = read.At;
            return null;
        }

        return AdminBody.Bad(field, $"'{Short.Of(text)}' in {field} must be {wanted}.", remedy);
    }
}
