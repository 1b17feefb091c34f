namespace Leeway.Gateway.Configuration.Schema;

internal static partial class LeewaySchema
{
    private static RecordShape Provider() => RecordShape.Of(
        () => new ProviderConfig(),
        Field.Leaf("kind", Kinds.Provider, (ProviderConfig c) => c.Kind, (c, v) => c with { Kind = v },
            "What the provider speaks.", "openai") with
        { Required = true },
        Field.Leaf("api_key", Kinds.Secret, (ProviderConfig c) => c.ApiKey, (c, v) => c with { ApiKey = v },
            $"By reference: `${{env:NAME}}` or `${{file:/path}}`. Required for {KindsWhere(kind => kind.NeedsKey)}.", "${env:OPENAI_API_KEY}", unset: "no credential is sent"),
        Field.Leaf("base_url", Kinds.Url, (ProviderConfig c) => c.BaseUrl, (c, v) => c with { BaseUrl = v },
            $"Where OpenAI's dialect is spoken, with the version segment; elsewhere without it. Required for {KindsWhere(kind => kind.PublicUrl is null)}.", "http://localhost:8000/v1", unset: "the vendor's"),
        Field.Leaf("responses", Kinds.Boolean, (ProviderConfig c) => c.Responses, (c, v) => c with { Responses = v },
            "Whether an `openai-compatible` server has the Responses API; without it, calls to it are translated to Chat Completions.", "true"),
        Field.Leaf("stream_usage", Kinds.Boolean, (ProviderConfig c) => c.StreamUsage, (c, v) => c with { StreamUsage = v },
            "Whether usage is asked for in streams whose client did not ask. False for a server that refuses `stream_options`; its streams are then estimated unless it tells usage anyway.", "false"),
        Field.Leaf("webhook_secret", Kinds.Secret, (ProviderConfig c) => c.WebhookSecret, (c, v) => c with { WebhookSecret = v },
            "What the vendor signs its webhooks with; they are taken at `/leeway/hooks/{provider}` and make a batch be polled at once.", "${env:OPENAI_WEBHOOK_SECRET}", unset: "no webhooks are taken"),
        Field.Leaf("old_webhook_secret", Kinds.Secret, (ProviderConfig c) => c.OldWebhookSecret, (c, v) => c with { OldWebhookSecret = v },
            "The secret before, while the vendor rotates it.", "${env:OPENAI_OLD_WEBHOOK_SECRET}", unset: "none"),
        Field.Leaf("region", Kinds.Text, (ProviderConfig c) => c.Region, (c, v) => c with { Region = v },
            "AWS's region or Google's location.", "eu-central-1", unset: "none"),
        Field.Leaf("project", Kinds.Text, (ProviderConfig c) => c.Project, (c, v) => c with { Project = v },
            "Google's project.", "my-project", unset: "none"),
        Field.Leaf("role", Kinds.Text, (ProviderConfig c) => c.Role, (c, v) => c with { Role = v },
            "The role that the vendor's batch service assumes to reach `storage`, as an ARN.", "arn:aws:iam::123456789012:role/leeway-batch", unset: "none"),
        Field.Leaf("api_version", Kinds.Text, (ProviderConfig c) => c.ApiVersion, (c, v) => c with { ApiVersion = v },
            "The version of the API, where an address speaks several.", "2024-10-21", unset: "the newest the adapter knows"),
        Field.Of("storage", ObjectStorage(), (ProviderConfig c) => c.Storage, (c, v) => c with { Storage = v },
            "Your own object storage, for vendors whose batches or queued calls are read from and written to it.", unset: "none"),
        Field.Of("credentials", Credentials(), (ProviderConfig c) => c.Credentials, (c, v) => c with { Credentials = v },
            "Credentials that are more than a key. What is left out comes from the cloud's own default chain: environment, profile, metadata service."),
        Field.Of("timeouts", Timeouts(), (ProviderConfig c) => c.Timeouts, (c, v) => c with { Timeouts = v },
            "Bounds on one call."),
        Field.Leaf("max_connections", Kinds.Count, (ProviderConfig c) => c.MaxConnections, (c, v) => c with { MaxConnections = v },
            "Connections to this provider at the same time.", "64"),
        Field.Of("batch", ProviderBatch(), (ProviderConfig c) => c.Batch, (c, v) => c with { Batch = v },
            "The provider's batch API."),
        Field.Of("retries", Retries(), (ProviderConfig c) => c.Retries, (c, v) => c with { Retries = v },
            "Further tries after an error that may pass."));

    private static RecordShape ObjectStorage() => RecordShape.Of(
        () => new ObjectStorageConfig(),
        Field.Leaf("url", Kinds.ObjectPlace, (ObjectStorageConfig c) => c.Url, (c, v) => c with { Url = v },
            "Scheme, bucket and prefix: `s3://`, `gs://`, `az://` or `file://`.", "s3://my-bucket/leeway") with
        { Required = true },
        Field.Leaf("endpoint", Kinds.Url, (ObjectStorageConfig c) => c.Endpoint, (c, v) => c with { Endpoint = v },
            "The server's address; for `az` the account's.", "http://localhost:9000", unset: "the vendor's"));

    private static RecordShape Credentials() => RecordShape.Of(
        () => new CredentialsConfig(),
        Field.Leaf("access_key", Kinds.Secret, (CredentialsConfig c) => c.AccessKey, (c, v) => c with { AccessKey = v },
            "AWS: access key id. Azure Blob: the account's name, where `storage.endpoint` does not begin with it.", "${env:AWS_ACCESS_KEY_ID}", unset: "the default chain"),
        Field.Leaf("secret_key", Kinds.Secret, (CredentialsConfig c) => c.SecretKey, (c, v) => c with { SecretKey = v },
            "AWS: secret access key. Azure Blob: the account's key.", "${env:AWS_SECRET_ACCESS_KEY}", unset: "the default chain"),
        Field.Leaf("session_token", Kinds.Secret, (CredentialsConfig c) => c.SessionToken, (c, v) => c with { SessionToken = v },
            "AWS: token of a temporary session. Azure Blob: a shared access signature.", "${env:AWS_SESSION_TOKEN}", unset: "none"),
        Field.Leaf("json", Kinds.Secret, (CredentialsConfig c) => c.Json, (c, v) => c with { Json = v },
            "Google: the content of a credentials file; `${file:/path}` reads it from there.", "${env:GOOGLE_CREDENTIALS_JSON}", unset: "the default chain"),
        Field.Leaf("tenant", Kinds.Text, (CredentialsConfig c) => c.Tenant, (c, v) => c with { Tenant = v },
            "Azure: Entra tenant.", "contoso.onmicrosoft.com", unset: "the default chain"),
        Field.Leaf("client_id", Kinds.Text, (CredentialsConfig c) => c.ClientId, (c, v) => c with { ClientId = v },
            "Azure: client id.", "00000000-0000-0000-0000-000000000001", unset: "the default chain"),
        Field.Leaf("client_secret", Kinds.Secret, (CredentialsConfig c) => c.ClientSecret, (c, v) => c with { ClientSecret = v },
            "Azure: client secret.", "${env:AZURE_CLIENT_SECRET}", unset: "the default chain"),
        Field.Leaf("entra", Kinds.Boolean, (CredentialsConfig c) => c.Entra, (c, v) => c with { Entra = v },
            "Azure: ask Entra for tokens instead of sending a key.", "true"),
        Field.Leaf("scope", Kinds.Text, (CredentialsConfig c) => c.Scope, (c, v) => c with { Scope = v },
            "What tokens are for. Azure: Entra's scope. `cloud-functions`: the audience.", "https://ai.azure.com/.default", unset: "`https://cognitiveservices.azure.com/.default`; for `cloud-functions` the `base_url`"));

    private static string KindsWhere(Func<KindTraits, bool> which) => string.Join(", ", ProviderKinds.All.Where(which).Select(kind => $"`{kind.Name}`"));

    private static RecordShape Timeouts() => RecordShape.Of(
        () => new ProviderTimeouts(),
        Field.Leaf("connect", Kinds.Duration, (ProviderTimeouts c) => c.Connect, (c, v) => c with { Connect = v },
            "Until the connection stands.", "2s"),
        Field.Leaf("first_byte", Kinds.Duration, (ProviderTimeouts c) => c.FirstByte, (c, v) => c with { FirstByte = v },
            "Until the first byte of the answer.", "90s"),
        Field.Leaf("idle", Kinds.Duration, (ProviderTimeouts c) => c.Idle, (c, v) => c with { Idle = v },
            "Between two reads of an answer that has begun.", "30s"),
        Field.Leaf("total", Kinds.Duration, (ProviderTimeouts c) => c.Total, (c, v) => c with { Total = v },
            "For the whole call.", "15m"),
        Field.Leaf("cold_start", Kinds.Duration, (ProviderTimeouts c) => c.ColdStart, (c, v) => c with { ColdStart = v },
            "Added to `first_byte` and `total` for a call after five idle minutes, where the server may scale to zero.", "3m"));

    private static RecordShape ProviderBatch() => RecordShape.Of(
        () => new ProviderBatchConfig(),
        Field.Leaf("enabled", Kinds.Boolean, (ProviderBatchConfig c) => c.Enabled, (c, v) => c with { Enabled = v },
            "Whether it is used.", "false", unset: $"true for {KindsWhere(kind => kind.BatchByDefault)}, false for others"),
        Field.Leaf("enqueued_tokens", Kinds.LargeCount, (ProviderBatchConfig c) => c.EnqueuedTokens, (c, v) => c with { EnqueuedTokens = v },
            "Tokens that may be enqueued at the provider at once, per model.", "2_000_000", unset: "unknown"),
        Field.Leaf("min_requests", IntegerKind.Int(1, 1_000_000), (ProviderBatchConfig c) => c.MinRequests, (c, v) => c with { MinRequests = v },
            "Requests per batch at least, where your quota is another than the vendor's usual one.", "10", unset: "the vendor's"),
        Field.Leaf("retention", Kinds.Duration, (ProviderBatchConfig c) => c.Retention, (c, v) => c with { Retention = v },
            "How long the provider's files are kept after they were collected.", "6h"));

    private static RecordShape Retries() => RecordShape.Of(
        () => new RetriesConfig(),
        Field.Leaf("max", IntegerKind.Int(0, 20), (RetriesConfig c) => c.Max, (c, v) => c with { Max = v },
            "Tries after the first; 0 turns them off.", "4"),
        Field.Of("backoff", Backoff(), (RetriesConfig c) => c.Backoff, (c, v) => c with { Backoff = v },
            "Exponential, with jitter; a provider's Retry-After overrides it."));

    private static RecordShape Backoff() => RecordShape.Of(
        () => new BackoffConfig(),
        Field.Leaf("initial", Kinds.Duration, (BackoffConfig c) => c.Initial, (c, v) => c with { Initial = v },
            "Before the second try.", "1s"),
        Field.Leaf("max", Kinds.Duration, (BackoffConfig c) => c.Max, (c, v) => c with { Max = v },
            "The longest wait.", "1m"));

    private static MapShape Models() => MapShape.Of<ModelConfig>(
        Model(),
        "name",
        "gpt-4o",
        complete: (name, model) => model with
        {
            Deployments = Array.AsReadOnly(model.Deployments.Select(d => d.Model.Length == 0 ? d with { Model = name } : d).ToArray()),
        });

    private static RecordShape Model() => RecordShape.Of(
        () => new ModelConfig(),
        Field.Of("deployments", ListShape.Of<DeploymentConfig>(Deployment()), (ModelConfig c) => c.Deployments, (c, v) => c with { Deployments = v },
            "Who answers, in order of preference.") with
        { Required = true },
        Field.Of("fallbacks", Kinds.Texts, (ModelConfig c) => c.Fallbacks, (c, v) => c with { Fallbacks = v },
            "Other names under `models`, tried in order once every deployment has failed.") with
        { Example = "other-model" },
        Field.Of("price", Price(), (ModelConfig c) => c.Price, (c, v) => c with { Price = v },
            "For deployments without a price of their own, in USD per million tokens.", unset: "the catalogue's"));

    private static RecordShape Deployment() => RecordShape.Of(
        () => new DeploymentConfig(),
        Field.Leaf("provider", Kinds.Text, (DeploymentConfig c) => c.Provider, (c, v) => c with { Provider = v },
            "A name under `providers`.", "openai") with
        { Required = true },
        Field.Leaf("model", Kinds.Text, (DeploymentConfig c) => c.Model, (c, v) => c with { Model = v },
            "The provider's own model id; without it, the name of the model.", "gpt-4o-2024-11-20"),
        Field.Leaf("batch_model", Kinds.Text, (DeploymentConfig c) => c.BatchModel, (c, v) => c with { BatchModel = v },
            "The provider's id for it in batches, where that is another one, such as Azure's deployment of type GlobalBatch. Setting it turns batches on.", "gpt-4o-batch", unset: "the same"),
        Field.Leaf("rpm", Kinds.Count, (DeploymentConfig c) => c.Rpm, (c, v) => c with { Rpm = v },
            "Requests per minute.", "5000", unset: "unknown"),
        Field.Leaf("tpm", Kinds.LargeCount, (DeploymentConfig c) => c.Tpm, (c, v) => c with { Tpm = v },
            "Tokens per minute.", "2_000_000", unset: "unknown"),
        Field.Of("price", Price(), (DeploymentConfig c) => c.Price, (c, v) => c with { Price = v },
            "In USD per million tokens.", unset: "the model's"));

    /// <summary>A price as models and deployments name it.</summary>
    public static RecordShape Price() => RecordShape.Of(
        () => new PriceConfig(),
        Field.Leaf("input", Kinds.Money, (PriceConfig c) => c.Input, (c, v) => c with { Input = v },
            "Input tokens.", "2.50", unset: "unknown"),
        Field.Leaf("cached_input", Kinds.Money, (PriceConfig c) => c.CachedInput, (c, v) => c with { CachedInput = v },
            "Input tokens read from the provider's cache.", "1.25", unset: "as input"),
        Field.Leaf("cache_write", Kinds.Money, (PriceConfig c) => c.CacheWrite, (c, v) => c with { CacheWrite = v },
            "Input tokens written to the provider's cache.", "3.125", unset: "as input"),
        Field.Leaf("cache_write_1h", Kinds.Money, (PriceConfig c) => c.CacheWriteHour, (c, v) => c with { CacheWriteHour = v },
            "Input tokens written to the provider's cache for an hour.", "5.00", unset: "the catalogue's ratio to cache_write"),
        Field.Leaf("output", Kinds.Money, (PriceConfig c) => c.Output, (c, v) => c with { Output = v },
            "Output tokens.", "10.00", unset: "unknown"),
        Field.Leaf("reasoning", Kinds.Money, (PriceConfig c) => c.Reasoning, (c, v) => c with { Reasoning = v },
            "Reasoning tokens, where they are priced apart from the rest of the output.", "10.00", unset: "as output"),
        Field.Of("batch", LanePrice(), (PriceConfig c) => c.Batch, (c, v) => c with { Batch = v },
            "What differs in the batch lane.", unset: "the catalogue's rule"),
        Field.Of("flex", LanePrice(), (PriceConfig c) => c.Flex, (c, v) => c with { Flex = v },
            "What differs in the flex lane.", unset: "the catalogue's rule"),
        Field.Of("priority", LanePrice(), (PriceConfig c) => c.Priority, (c, v) => c with { Priority = v },
            "What differs in the provider's faster tier.", unset: "the catalogue's rule"),
        Field.Of("off_peak", OffPeakPrice(), (PriceConfig c) => c.OffPeak, (c, v) => c with { OffPeak = v },
            "What differs in some hours of the day.", unset: "the catalogue's hours"));

    private static RecordShape OffPeakPrice() => RecordShape.Of(
        () => new OffPeakPriceConfig(),
        Field.Of("window", ListShape.Of<WindowConfig>(Window()) with { OneOrMany = true }, (OffPeakPriceConfig c) => c.Windows, (c, v) => c with { Windows = v },
            "The hours; a list for several spans a day.") with
        { Required = true },
        Field.Leaf("input", Kinds.Money, (OffPeakPriceConfig c) => c.Input, (c, v) => c with { Input = v },
            "Input tokens.", "1.25", unset: "as at other hours"),
        Field.Leaf("cached_input", Kinds.Money, (OffPeakPriceConfig c) => c.CachedInput, (c, v) => c with { CachedInput = v },
            "Input tokens read from the provider's cache.", "0.625", unset: "as at other hours"),
        Field.Leaf("cache_write", Kinds.Money, (OffPeakPriceConfig c) => c.CacheWrite, (c, v) => c with { CacheWrite = v },
            "Input tokens written to the provider's cache.", "1.5625", unset: "as at other hours"),
        Field.Leaf("cache_write_1h", Kinds.Money, (OffPeakPriceConfig c) => c.CacheWriteHour, (c, v) => c with { CacheWriteHour = v },
            "Input tokens written to the provider's cache for an hour.", "2.50", unset: "as at other hours"),
        Field.Leaf("output", Kinds.Money, (OffPeakPriceConfig c) => c.Output, (c, v) => c with { Output = v },
            "Output tokens.", "5.00", unset: "as at other hours"),
        Field.Leaf("reasoning", Kinds.Money, (OffPeakPriceConfig c) => c.Reasoning, (c, v) => c with { Reasoning = v },
            "Reasoning tokens, where they are priced apart from the rest of the output.", "5.00", unset: "as at other hours"),
        Field.Of("batch", LanePrice(), (OffPeakPriceConfig c) => c.Batch, (c, v) => c with { Batch = v },
            "What differs in the batch lane.", unset: "its ratio at other hours"),
        Field.Of("flex", LanePrice(), (OffPeakPriceConfig c) => c.Flex, (c, v) => c with { Flex = v },
            "What differs in the flex lane.", unset: "its ratio at other hours"),
        Field.Of("priority", LanePrice(), (OffPeakPriceConfig c) => c.Priority, (c, v) => c with { Priority = v },
            "What differs in the provider's faster tier.", unset: "its ratio at other hours"));

    private static RecordShape LanePrice() => RecordShape.Of(
        () => new LanePriceConfig(),
        Field.Leaf("input", Kinds.Money, (LanePriceConfig c) => c.Input, (c, v) => c with { Input = v },
            "Input tokens.", "1.25", unset: "as at real time"),
        Field.Leaf("cached_input", Kinds.Money, (LanePriceConfig c) => c.CachedInput, (c, v) => c with { CachedInput = v },
            "Input tokens read from the provider's cache.", "0.625", unset: "as at real time"),
        Field.Leaf("cache_write", Kinds.Money, (LanePriceConfig c) => c.CacheWrite, (c, v) => c with { CacheWrite = v },
            "Input tokens written to the provider's cache.", "1.5625", unset: "as at real time"),
        Field.Leaf("cache_write_1h", Kinds.Money, (LanePriceConfig c) => c.CacheWriteHour, (c, v) => c with { CacheWriteHour = v },
            "Input tokens written to the provider's cache for an hour.", "2.50", unset: "as at real time"),
        Field.Leaf("output", Kinds.Money, (LanePriceConfig c) => c.Output, (c, v) => c with { Output = v },
            "Output tokens.", "5.00", unset: "as at real time"),
        Field.Leaf("reasoning", Kinds.Money, (LanePriceConfig c) => c.Reasoning, (c, v) => c with { Reasoning = v },
            "Reasoning tokens, where they are priced apart from the rest of the output.", "5.00", unset: "as at real time"));
}
