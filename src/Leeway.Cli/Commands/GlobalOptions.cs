using System.CommandLine;

namespace Leeway.Cli.Commands;

/// <summary>The options every command takes.</summary>
internal sealed class GlobalOptions
{
    public const string DefaultGateway = "http://127.0.0.1:8080";
    public const string DefaultAdmin = "http://127.0.0.1:8081";

    public Option<bool> Json { get; } = new("--json") { Description = "Print data as JSON.", Recursive = true };

    public Option<string?> Gateway { get; } = new("--gateway")
    {
        Description = $"The gateway's address (LEEWAY_URL; {DefaultGateway}).",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Key { get; } = new("--key")
    {
        Description = "The key to call the gateway with; better in LEEWAY_API_KEY, where no list of processes shows it.",
        HelpName = "lwk_…",
        Recursive = true,
    };

    public Option<string?> AdminToken { get; } = new("--admin-token")
    {
        Description = "The admin listener's token, when it has one; better in LEEWAY_ADMIN_TOKEN.",
        HelpName = "TOKEN",
        Recursive = true,
    };

    public Option<string?> Admin { get; } = new("--admin")
    {
        Description = $"The gateway's admin address (LEEWAY_ADMIN_URL; {DefaultAdmin}).",
        HelpName = "URL",
        Recursive = true,
    };
}
