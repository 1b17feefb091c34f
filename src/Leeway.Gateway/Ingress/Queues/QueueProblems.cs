using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Queues;

/// <summary>What is wrong with a message, beside what can be wrong with any request.</summary>
internal static class QueueProblems
{
    private const string Unchanged = "Nothing was queued.";

    // A message has members where a call has headers.
    private static readonly (string Header, string Member)[] s_words =
    [
        ("Leeway-Deadline", "deadline"), ("Leeway-Priority", "priority"), ("Leeway-Lane", "lane"), ("Leeway-Max-Cost", "max_cost"), ("Leeway-Webhook", "webhook"), (NamedMail.Header, "mail"),
        ("key default", "the queue's default"),
    ];

    public static Problem Bad(string? field, string message, string? value = null) => new()
    {
        Code = "invalid_message",
        Field = field,
        Value = value,
        Message = message,
        Remedy = Unchanged,
    };

    public static Problem Twice(string member) => new()
    {
        Code = "duplicate_member",
        Message = $"The member '{member}' occurs more than once in the message.",
        Field = member,
        Remedy = $"Leave one. {Unchanged}",
    };

    public static Problem NoResults(string name, IEnumerable<string> known) => new()
    {
        Code = "results_not_found",
        Message = $"results is '{Short.Of(name)}', which is no queue of this team with results: {string.Join(", ", known.DefaultIfEmpty("there is none"))}.",
        Field = "results",
        Value = Short.Of(name),
        Remedy = $"Write a name under queues: in leeway.yaml that has results. {Unchanged}",
    };

    public static Problem NoObjects(string address) => new()
    {
        Code = "object_not_allowed",
        Message = $"object is '{Short.Of(address)}', and the messages of this queue may name no objects.",
        Field = "object",
        Value = Short.Of(address),
        Remedy = $"Let the operator set objects: {{ url: … }} for the queue. {Unchanged}",
    };

    public static Problem OtherPlace(string address, Uri allowed) => new()
    {
        Code = "object_not_allowed",
        Message = $"object is '{Short.Of(address)}', which is not below {allowed}.",
        Field = "object",
        Value = Short.Of(address),
        Remedy = $"Name an object there. {Unchanged}",
    };

    public static Problem Unreadable(string address, ProviderError error) => new()
    {
        Code = error.Kind == ProviderErrorKind.NotFound ? "object_not_found" : "object_unreadable",
        Message = $"The object '{Short.Of(address)}' cannot be read: {error.Message}",
        Field = "object",
        Value = Short.Of(address),
        Remedy = Unchanged,
    };

    public static Problem TooLong(string what, long limit, string setting) => new()
    {
        Code = "body_too_large",
        Message = $"{what} is longer than {limit} bytes ({setting}).",
        Remedy = $"Shorten it, or let the operator raise the limit. {Unchanged}",
    };

    public static Problem OtherBody(string key, RequestId id) => new()
    {
        Code = "idempotency_mismatch",
        Message = $"idempotency_key '{Short.Of(key)}' was used for another body, as {id}.",
        Field = "idempotency_key",
        Value = Short.Of(key),
        Remedy = $"Use a new key for a new request. {Unchanged}",
    };

    /// <summary>Whether the same message may be accepted later: it is not the message's fault then.</summary>
    public static bool MayPass(Problem problem) => problem.RetryAfter is not null
        || (problem.Status ?? ProblemTable.Rows.GetValueOrDefault(problem.Code)?.Status) is 408 or 429 or >= 500;

    /// <summary>A refusal as the reason of a dead letter, in a message's words.</summary>
    public static DeadLetterReason Reason(Problem problem, int? line = null) =>
        new(problem.Code, problem.Field is null ? null : InWords(problem.Field), InWords(problem.FullMessage)) { Line = line };

    private static string InWords(string text)
    {
        foreach ((string header, string member) in s_words)
        {
            text = text.Replace(header, member, StringComparison.Ordinal);
        }

        return text;
    }
}
