namespace Leeway;

/// <summary>Where the gateway listens and what it accepts before it looks any closer.</summary>
public sealed record ServerConfig
{
    public ListenAddress Listen { get; init; } = ListenAddress.Loopback(8080);

    /// <summary>Dashboard, admin API and metrics.</summary>
    public ListenAddress AdminListen { get; init; } = ListenAddress.Loopback(8081);

    /// <summary>Where clients reach <see cref="Listen"/>, for links in what is sent; null: links are left out.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Whether keys are asked for although the listener is on loopback and there is none yet.</summary>
    public bool RequireKeys { get; init; }

    /// <summary>What the admin listener asks for, as <c>Authorization: Bearer</c>; null: nothing, which only loopback allows.</summary>
    public Secret? AdminToken { get; init; }

    public LimitsConfig Limits { get; init; } = new();

    public NodeConfig Node { get; init; } = new();
}

/// <summary>This gateway among others on one database.</summary>
public sealed record NodeConfig
{
    /// <summary>What people call it; null: the machine's name.</summary>
    public string? Name { get; init; }

    /// <summary>How long its work stays its own without a word from it; renewed every third of this.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a stop waits for calls under way.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a node that is told to stop says so in <c>/health/ready</c> before it takes no more calls.</summary>
    public TimeSpan Notice { get; init; } = TimeSpan.Zero;
}

/// <summary>Bounds on what a client may send. Sizes are bytes.</summary>
public sealed record LimitsConfig
{
    /// <summary>One request body.</summary>
    public long BodyBytes { get; init; } = 10_000_000;

    /// <summary>All request headers together.</summary>
    public int HeaderBytes { get; init; } = 32_000;

    /// <summary>Nesting of JSON.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>One line of a run or of a batch file.</summary>
    public long LineBytes { get; init; } = 1_000_000;

    /// <summary>One uploaded file; OpenAI's limit.</summary>
    public long FileBytes { get; init; } = 512L << 20;

    /// <summary>One uploaded batch file; OpenAI's limit.</summary>
    public long BatchFileBytes { get; init; } = 200L << 20;

    /// <summary>Lines of a batch file; OpenAI's limit.</summary>
    public int BatchLines { get; init; } = 50_000;
}
