using Leeway.Gateway.Configuration.Reading;

namespace Leeway.Gateway.Configuration;

/// <summary>Message queues.</summary>
internal sealed partial class ConfigValidator
{
    private static readonly TimeSpan s_leastVisibility = TimeSpan.FromSeconds(10);

    // Pub/Sub extends by no more.
    private static readonly TimeSpan s_mostVisibility = TimeSpan.FromMinutes(10);

    private void CheckQueues()
    {
        foreach ((string name, QueueConfig queue) in config.Queues)
        {
            string path = ConfigPath.Child("queues", name);
            if (name.Length is 0 or > 100 || !name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
            {
                Error([path], "a queue's name is 1 to 100 lower-case letters, digits, '-' and '_'");
            }

            if (IsWritten($"{path}.kind"))
            {
                CheckSource(path, queue);
            }

            if (queue.Key is not null && queue.Team is not null)
            {
                Error([$"{path}.team", $"{path}.key"], "stands beside key, which has a team of its own", "leave one of them out");
            }

            if (queue.Key is { } key && !KeyId.TryParse(key, out _))
            {
                Error([$"{path}.key"], "is not the id of a virtual key", "write the id that `leeway keys list` shows (key_…), not the key's secret");
            }

            if (queue.Priority is not null && queue.Deadline is not null)
            {
                Error([$"{path}.deadline", $"{path}.priority"], "stands beside priority", "leave one of them out");
            }

            CheckDeadline($"{path}.deadline", queue.Deadline ?? TimeSpan.Zero);
            if (queue.Visibility < s_leastVisibility || queue.Visibility > s_mostVisibility)
            {
                Error([$"{path}.visibility"], $"{Show(queue.Visibility)} is not between {Show(s_leastVisibility)} and {Show(s_mostVisibility)}", "write visibility: 1m");
            }
        }
    }

    private void CheckSource(string path, QueueConfig queue)
    {
        bool isPubSub = queue.Kind == QueueKind.PubSub;
        (string right, string wrong) = isPubSub ? ("subscription", "queue") : ("queue", "subscription");
        if ((isPubSub ? queue.Queue : queue.Subscription) is not null)
        {
            Error([$"{path}.{wrong}"], $"is not for kind {(isPubSub ? "pubsub" : "sqs")}", $"write {right} instead");
        }
        else if (queue.Source is null && queue.Results is null)
        {
            Error([path], $"has neither {right} nor results, so nothing comes from it and nothing goes to it", $"write {right}: NAME, or results: NAME");
        }

        if (!isPubSub || queue.Project is not null)
        {
            return;
        }

        foreach ((string field, string collection, string? name) in
            (ReadOnlySpan<(string, string, string?)>)[("subscription", "subscriptions", queue.Subscription), ("results", "topics", queue.Results), ("dead_letter", "topics", queue.DeadLetter)])
        {
            if (name is not null && !name.StartsWith("projects/", StringComparison.Ordinal))
            {
                Error([$"{path}.{field}"], $"'{ConfigPath.Visible(name)}' is a short name, and there is no project", $"write projects/PROJECT/{collection}/{ConfigPath.Visible(name)}, or set {path}.project");
            }
        }
    }
}
