namespace Leeway.Gateway.Configuration.Schema;

/// <summary>The one description of <c>leeway.yaml</c>. Defaults are those of the model's records.</summary>
internal static partial class LeewaySchema
{
    public static RecordShape Root { get; } = RecordShape.Of(
        () => new LeewayConfig(),
        Field.Leaf("version", IntegerKind.Int(1, LeewayConfig.SupportedVersion), (LeewayConfig c) => c.Version, (c, v) => c with { Version = v },
            "The version of this file's shape.", "1"),
        Field.Of("server", Server(), (LeewayConfig c) => c.Server, (c, v) => c with { Server = v },
            "Where the gateway listens and what it accepts."),
        Field.Of("storage", Storage(), (LeewayConfig c) => c.Storage, (c, v) => c with { Storage = v },
            "Where requests, results and the ledger are kept."),
        Field.Of("providers", MapShape.Of<ProviderConfig>(Provider(), "name", "openai"), (LeewayConfig c) => c.Providers, (c, v) => c with { Providers = v },
            "Vendor APIs and their credentials, by a name of your own in lower-case letters, digits, `-` and `_`. Without any, `OPENAI_API_KEY` (and `OPENAI_BASE_URL`) make one named `openai`, `ANTHROPIC_API_KEY` (and `ANTHROPIC_BASE_URL`) one named `anthropic`; without either the sandbox answers."),
        Field.Of("models", Models(), (LeewayConfig c) => c.Models, (c, v) => c with { Models = v },
            "The names clients ask for. Without any, every model with a known price goes through the single provider."),
        Field.Of("teams", MapShape.Of<TeamConfig>(Team(), "name", "research"), (LeewayConfig c) => c.Teams, (c, v) => c with { Teams = v },
            "What holds for all keys of a team, by its name; see [keys.md](keys.md#budgets). A team needs no entry to exist."),
        Field.Of("priorities", Priorities(), (LeewayConfig c) => c.Priorities, (c, v) => c with { Priorities = v },
            "The three presets of deadline and trigger."),
        Field.Of("lanes", Lanes(), (LeewayConfig c) => c.Lanes, (c, v) => c with { Lanes = v },
            "How deferred work travels."),
        Field.Of("deadlines", Deadlines(), (LeewayConfig c) => c.Deadlines, (c, v) => c with { Deadlines = v },
            "What is promised when a request says little, too much or the impossible."),
        Field.Of("hold", Hold(), (LeewayConfig c) => c.Hold, (c, v) => c with { Hold = v },
            "Keeping the connection of a deferred call open."),
        Field.Of("classify", ListShape.Of<ClassifyRule>(Rule()), (LeewayConfig c) => c.Classify, (c, v) => c with { Classify = v },
            "Rules for requests that say nothing of their own; the first that matches decides."),
        Field.Of("queues", MapShape.Of<QueueConfig>(Queue(), "name", "requests"), (LeewayConfig c) => c.Queues, (c, v) => c with { Queues = v },
            "Message queues that requests come from and results go to, by a name of your own; see [queues.md](queues.md)."),
        Field.Of("delivery", Delivery(), (LeewayConfig c) => c.Delivery, (c, v) => c with { Delivery = v },
            "How results reach their owners without being asked for."),
        Field.Of("prices", Prices(), (LeewayConfig c) => c.Prices, (c, v) => c with { Prices = v },
            "Where prices come from besides the built-in catalogue."),
        Field.Of("retention", Retention(), (LeewayConfig c) => c.Retention, (c, v) => c with { Retention = v },
            "How long finished work is kept."));

    private static RecordShape Server() => RecordShape.Of(
        () => new ServerConfig(),
        Field.Leaf("listen", Kinds.Listen, (ServerConfig c) => c.Listen, (c, v) => c with { Listen = v },
            "The address for clients. Beyond loopback every call needs a key (`leeway keys create`).", "127.0.0.1:9090") with
        { Restart = true },
        Field.Leaf("admin_listen", Kinds.Listen, (ServerConfig c) => c.AdminListen, (c, v) => c with { AdminListen = v },
            "The address of the dashboard, the admin API and the metrics. Beyond loopback only with `admin_token`.", "127.0.0.1:9091") with
        { Restart = true },
        Field.Leaf("public_url", Kinds.Url, (ServerConfig c) => c.PublicUrl, (c, v) => c with { PublicUrl = v },
            "Where clients reach `listen`, for the links in mails.", "https://leeway.example.com", unset: "no links"),
        Field.Leaf("require_keys", Kinds.Boolean, (ServerConfig c) => c.RequireKeys, (c, v) => c with { RequireKeys = v },
            "Whether calls need a key although the listener is on loopback and no key exists yet. Once one exists, or beyond loopback, they always do.", "true"),
        Field.Leaf("admin_token", Kinds.Secret, (ServerConfig c) => c.AdminToken, (c, v) => c with { AdminToken = v },
            "What calls to the admin listener must send as `Authorization: Bearer`, at least 16 characters; health checks need none.", "${env:LEEWAY_ADMIN_TOKEN}", unset: "none: loopback only"),
        Field.Of("limits", Limits(), (ServerConfig c) => c.Limits, (c, v) => c with { Limits = v },
            "Bounds on what a client may send."),
        Field.Of("node", Node(), (ServerConfig c) => c.Node, (c, v) => c with { Node = v },
            "This gateway among others on one database."));

    private static RecordShape Node() => RecordShape.Of(
        () => new NodeConfig(),
        Field.Leaf("name", Kinds.Text, (NodeConfig c) => c.Name, (c, v) => c with { Name = v },
            "What people call it.", "eu-1", unset: "the machine's name") with
        { Restart = true },
        Field.Leaf("lease", Kinds.Duration, (NodeConfig c) => c.Lease, (c, v) => c with { Lease = v },
            "How long its work stays its own without a word from it to the database; renewed every third of this. After it another node takes the work over.", "30s") with
        { Restart = true },
        Field.Leaf("drain", Kinds.Duration, (NodeConfig c) => c.Drain, (c, v) => c with { Drain = v },
            "How long a stop waits for calls under way.", "2m") with
        { Restart = true },
        Field.Leaf("notice", Kinds.DurationOrZero, (NodeConfig c) => c.Notice, (c, v) => c with { Notice = v },
            "How long a node that is told to stop says so in `/health/ready` before it takes no more calls, so that a load balancer can turn away first.", "5s"));

    private static RecordShape Limits() => RecordShape.Of(
        () => new LimitsConfig(),
        Field.Leaf("body", Kinds.Size, (LimitsConfig c) => c.BodyBytes, (c, v) => c with { BodyBytes = v },
            "One request body.", "20MB"),
        Field.Leaf("header_bytes", Kinds.SmallSize, (LimitsConfig c) => c.HeaderBytes, (c, v) => c with { HeaderBytes = v },
            "All request headers together.", "16KB") with
        { Restart = true },
        Field.Leaf("depth", IntegerKind.Int(1, 1000), (LimitsConfig c) => c.Depth, (c, v) => c with { Depth = v },
            "Levels of nesting in JSON.", "32"),
        Field.Leaf("line", Kinds.Size, (LimitsConfig c) => c.LineBytes, (c, v) => c with { LineBytes = v },
            "One line of a run or of a batch file.", "2MB"),
        Field.Leaf("file", Kinds.Size, (LimitsConfig c) => c.FileBytes, (c, v) => c with { FileBytes = v },
            "One uploaded file.", "100MB"),
        Field.Leaf("batch_file", Kinds.Size, (LimitsConfig c) => c.BatchFileBytes, (c, v) => c with { BatchFileBytes = v },
            "One uploaded file of purpose `batch`.", "50MB"),
        Field.Leaf("batch_lines", IntegerKind.Int(1, 1_000_000), (LimitsConfig c) => c.BatchLines, (c, v) => c with { BatchLines = v },
            "Lines of a batch file.", "10000"));

    private static RecordShape Team() => RecordShape.Of(
        () => new TeamConfig(),
        Field.Leaf("budget", Kinds.Budget, (TeamConfig c) => c.Budget, (c, v) => c with { Budget = v },
            "USD that calls with the team's keys may cost together: `20/day`, `200/month`, or `1000` once and for all.", "200/month", unset: "no bound"));

    private static RecordShape Storage() => RecordShape.Of(
        () => new StorageConfig(),
        Field.Leaf("kind", Kinds.Storage, (StorageConfig c) => c.Kind, (c, v) => c with { Kind = v },
            "The database: `sqlite` for one node, `postgres` for any number of them on one database.", "postgres") with
        { Restart = true },
        Field.Leaf("connection", Kinds.Secret, (StorageConfig c) => c.Connection, (c, v) => c with { Connection = v },
            "Where PostgreSQL is: `Host=db;Database=leeway;Username=leeway;Password=...` or `postgres://leeway:...@db/leeway`.", "${env:LEEWAY_DB}", unset: "none: for `sqlite`") with
        { Restart = true },
        Field.Leaf("path", Kinds.Text, (StorageConfig c) => c.Path, (c, v) => c with { Path = v },
            "This node's own folder, relative to the working folder: its lock, files, and SQLite's database.", "/var/lib/leeway") with
        { Restart = true });

    private static RecordShape Deadlines() => RecordShape.Of(
        () => new DeadlinesConfig(),
        Field.Leaf("default", Kinds.DurationOrNow, (DeadlinesConfig c) => c.Default, (c, v) => c with { Default = v },
            "For a request that says nothing. `now` keeps plain clients as they are.", "1h"),
        Field.Leaf("max", Kinds.Duration, (DeadlinesConfig c) => c.Max, (c, v) => c with { Max = v },
            "The furthest deadline accepted.", "3d"),
        Field.Leaf("infeasible", Kinds.Infeasible, (DeadlinesConfig c) => c.Infeasible, (c, v) => c with { Infeasible = v },
            "For a deadline that no lane can meet: refuse, refuse with alternatives and prices, or answer at once at the real-time price.", "realtime"),
        Field.Leaf("confidence", Kinds.Chance, (DeadlinesConfig c) => c.Confidence, (c, v) => c with { Confidence = v },
            "The least chance of a result in time with which a deadline is promised; below it the deadline is infeasible. Judged where the planner has forecasts.", "0.99"));

    private static RecordShape Hold() => RecordShape.Of(
        () => new HoldConfig(),
        Field.Leaf("max", Kinds.Duration, (HoldConfig c) => c.Max, (c, v) => c with { Max = v },
            "How long a deferred call is held open.", "5m"),
        Field.Leaf("heartbeat", Kinds.Duration, (HoldConfig c) => c.Heartbeat, (c, v) => c with { Heartbeat = v },
            "Between two comments on a held stream.", "10s"));

    private static RecordShape Prices() => RecordShape.Of(
        () => new PricesConfig(),
        Field.Leaf("file", Kinds.Path, (PricesConfig c) => c.File, (c, v) => c with { File = v },
            "A catalogue that adds to and overrides the built-in one, relative to the file that names it; `leeway prices import` writes it and a change takes effect at once.", "prices.json", unset: "`prices.json` in `storage.path`, if it is there"),
        Field.Leaf("on_unknown_model", Kinds.UnknownModel, (PricesConfig c) => c.OnUnknownModel, (c, v) => c with { OnUnknownModel = v },
            "For a model without a known price.", "reject"));

    private static RecordShape Retention() => RecordShape.Of(
        () => new RetentionConfig(),
        Field.Leaf("results", Kinds.Duration, (RetentionConfig c) => c.Results, (c, v) => c with { Results = v },
            "Counted from the moment a request ended.", "7d"));
}
