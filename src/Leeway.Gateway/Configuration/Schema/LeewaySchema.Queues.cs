namespace Leeway.Gateway.Configuration.Schema;

internal static partial class LeewaySchema
{
    private static RecordShape Queue() => RecordShape.Of(
        () => new QueueConfig(),
        Field.Leaf("kind", Kinds.Queue, (QueueConfig c) => c.Kind, (c, v) => c with { Kind = v },
            "What the queue speaks.", "sqs") with
        { Required = true },
        Field.Leaf("queue", Kinds.Text, (QueueConfig c) => c.Queue, (c, v) => c with { Queue = v },
            "`sqs`: the name or URL of the queue that requests come from.", "llm-requests", unset: "no requests come from it"),
        Field.Leaf("subscription", Kinds.Text, (QueueConfig c) => c.Subscription, (c, v) => c with { Subscription = v },
            "`pubsub`: the subscription that requests come from, in full (`projects/…/subscriptions/…`) or by its name in `project`.", "llm-requests", unset: "no requests come from it"),
        Field.Leaf("results", Kinds.Text, (QueueConfig c) => c.Results, (c, v) => c with { Results = v },
            "Where results are sent: a queue's name or URL, a topic.", "llm-results", unset: "nowhere"),
        Field.Leaf("dead_letter", Kinds.Text, (QueueConfig c) => c.DeadLetter, (c, v) => c with { DeadLetter = v },
            "Where messages go that cannot be accepted, with the reason: a queue's name or URL, a topic.", "llm-rejects", unset: "they are left to the queue's own redrive rule"),
        Field.Leaf("key", Kinds.Text, (QueueConfig c) => c.Key, (c, v) => c with { Key = v },
            "The id of the virtual key on whose behalf the requests are made: its team, models and default wait hold.", "key_0193a5b2c3d47e8f9a0b1c2d3e4f5061", unset: "no key"),
        Field.Leaf("team", Kinds.Text, (QueueConfig c) => c.Team, (c, v) => c with { Team = v },
            "The team that owns the requests, where there is no `key`.", "search", unset: "`default`"),
        Field.Leaf("priority", Kinds.Priority, (QueueConfig c) => c.Priority, (c, v) => c with { Priority = v },
            "For messages that say neither priority nor deadline.", "standard", unset: "the key's, else the rules'"),
        Field.Leaf("deadline", Kinds.Duration, (QueueConfig c) => c.Deadline, (c, v) => c with { Deadline = v },
            "For messages that say neither priority nor deadline: how long they can wait once they are accepted.", "6h", unset: "the key's, else the rules'"),
        Field.Leaf("concurrency", IntegerKind.Int(1, 10_000), (QueueConfig c) => c.Concurrency, (c, v) => c with { Concurrency = v },
            "Messages in work at once.", "16"),
        Field.Leaf("visibility", Kinds.Duration, (QueueConfig c) => c.Visibility, (c, v) => c with { Visibility = v },
            "How long a received message is kept from others, 10 seconds to 10 minutes; extended while work on it lasts.", "2m"),
        Field.Leaf("max_open", Kinds.Count, (QueueConfig c) => c.MaxOpen, (c, v) => c with { MaxOpen = v },
            "Open requests of the gateway from which on nothing more is received: the rest waits in the queue.", "100000"),
        Field.Of("objects", ObjectStorage(), (QueueConfig c) => c.Objects, (c, v) => c with { Objects = v },
            "The only place whose objects a message may name in place of its requests.", unset: "messages name no objects"),
        Field.Leaf("region", Kinds.Text, (QueueConfig c) => c.Region, (c, v) => c with { Region = v },
            "AWS's region.", "eu-central-1", unset: "us-east-1"),
        Field.Leaf("project", Kinds.Text, (QueueConfig c) => c.Project, (c, v) => c with { Project = v },
            "Google's project, for short names.", "my-project", unset: "none: names are written in full"),
        Field.Leaf("endpoint", Kinds.Url, (QueueConfig c) => c.Endpoint, (c, v) => c with { Endpoint = v },
            "The server's address.", "http://localhost:4566", unset: "the vendor's"),
        Field.Of("credentials", Credentials(), (QueueConfig c) => c.Credentials, (c, v) => c with { Credentials = v },
            "Credentials for the queues and for `objects`. What is left out comes from the cloud's own default chain."));

    private static RecordShape QueueDelivery() => RecordShape.Of(
        () => new QueueDeliveryConfig(),
        Field.Leaf("timeout", Kinds.Duration, (QueueDeliveryConfig c) => c.Timeout, (c, v) => c with { Timeout = v },
            "For one attempt.", "10s"),
        Field.Of("schedule", Kinds.Durations, (QueueDeliveryConfig c) => c.Schedule, (c, v) => c with { Schedule = v },
            "The wait before each attempt; the length of the list is the number of attempts.") with
        { Example = "1s" });
}
