using System.CommandLine;
using Leeway.Adapters.Objects;
using Leeway.Cli.Commands;
using Leeway.Cli.Hosting;
using Leeway.Cli.Runs;
using Leeway.Gateway.Configuration;

namespace Leeway.Cli.Watch;

/// <summary><c>leeway watch</c>: batch files that appear in a bucket or folder are run, results appear beside them.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);

    public static Command Build(Shell shell)
    {
        var place = new Argument<string>("place") { Description = "A folder, or s3://, gs:// or az:// with bucket and prefix." };
        var by = new Option<string?>("--by") { Description = "How long the requests of a file may wait once it is taken: 6h, 30m. Default: 24h.", HelpName = "DURATION" };
        var every = new Option<string?>("--every") { Description = "Between two looks. Default: 10s.", HelpName = "DURATION" };
        var settle = new Option<string?>("--settle") { Description = "How long a file of a folder must have stayed as it is before it is taken; objects appear whole. Default: 5s.", HelpName = "DURATION" };
        var work = new Option<string>("--work") { Description = "Where copies and the state of runs are kept, for taking them up again.", DefaultValueFactory = _ => "leeway-watch", HelpName = "FOLDER" };
        var maxCost = new Option<decimal?>("--max-cost") { Description = "Refuse a file whose quote is above this.", HelpName = "USD" };
        var atOnce = new Option<int>("--at-once") { Description = "Files that are run side by side.", DefaultValueFactory = _ => 4 };
        var once = new Option<bool>("--once") { Description = "End when everything that is there has been run." };
        var endpoint = new Option<string?>("--endpoint") { Description = "The storage's address, where it is not the vendor's public one.", HelpName = "URL" };
        var region = new Option<string?>("--region") { Description = "AWS's region (AWS_REGION).", HelpName = "REGION" };
        var config = new ConfigArguments();
        var command = new Command("watch", "Run each batch file that appears in a bucket or folder; NAME.jsonl gets NAME.out.jsonl and NAME.errors.jsonl beside it.") { place };
        foreach (Option option in (Option[])[by, every, settle, work, maxCost, atOnce, once, endpoint, region])
        {
            command.Add(option);
        }

        config.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new WatchOptions
            {
                Place = parsed.GetValue(place)!,
                Work = Path.GetFullPath(parsed.GetValue(work)!, Path.GetFullPath(shell.Surroundings.Folder)),
                Within = Duration(shell, "--by", parsed.GetValue(by)) ?? s_day,
                Every = Duration(shell, "--every", parsed.GetValue(every)) ?? TimeSpan.FromSeconds(10),
                Settle = Duration(shell, "--settle", parsed.GetValue(settle)) ?? TimeSpan.FromSeconds(5),
                MaxCost = parsed.GetValue(maxCost),
                AtOnce = parsed.GetValue(atOnce) is > 0 and <= 100 and var many ? many : throw new CliFailure(ExitCode.Usage, "--at-once must be 1 to 100."),
                Once = parsed.GetValue(once),
            };
            IObjectStore store = Open(shell, options.Place, parsed.GetValue(endpoint), parsed.GetValue(region));
            ConfigSources sources = config.Sources(shell, parsed);
            bool named = parsed.GetValue(shell.Globals.Gateway) is not null || !string.IsNullOrEmpty(shell.Surroundings.Variables.GetValueOrDefault("LEEWAY_URL"));
            await using GatewayTarget gateway = await GatewayTarget.OpenAsync(shell, CommandTree.Gateway(shell, parsed), named, sources, cancellationToken);
            var prices = new KnownPrices(ConfigLoader.Load(sources).Config, shell.Clock.GetUtcNow());
            return await new PlaceWatch(shell, options, store, gateway, prices).RunAsync(cancellationToken);
        });
        return command;
    }

    private static IObjectStore Open(Shell shell, string place, string? endpoint, string? region)
    {
        IReadOnlyDictionary<string, string> variables = shell.Surroundings.Variables;
        bool isUrl = place.Contains("://", StringComparison.Ordinal);
        string folder = Path.GetFullPath(isUrl ? "." : place, Path.GetFullPath(shell.Surroundings.Folder));
        if (!isUrl && !Directory.Exists(folder))
        {
            throw new CliFailure(ExitCode.NotFound, $"There is no folder {place}.", "Make it, or name a bucket such as s3://bucket/prefix.") { Code = "file_not_found" };
        }

        if (!Uri.TryCreate(isUrl ? place : new Uri(folder).AbsoluteUri, UriKind.Absolute, out Uri? root))
        {
            throw new CliFailure(ExitCode.Usage, $"'{place}' is no address.", "Write a folder, or for instance s3://bucket/prefix.");
        }

        Uri? server = null;
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out server) && server.Scheme is "http" or "https"))
        {
            throw new CliFailure(ExitCode.Usage, $"--endpoint '{endpoint}' is not an http or https address.");
        }

        try
        {
            return ObjectPlaces.Open(new ObjectLocation(root, server), new CloudSettings
            {
                Region = region ?? variables.GetValueOrDefault("AWS_REGION"),
                Credentials = new CloudCredentials
                {
                    AccessKey = variables.GetValueOrDefault("AWS_ACCESS_KEY_ID"),
                    SecretKey = variables.GetValueOrDefault("AWS_SECRET_ACCESS_KEY"),
                    SessionToken = variables.GetValueOrDefault("AWS_SESSION_TOKEN") is { Length: > 0 } token ? token : null,
                },
            });
        }
        catch (ProviderException error)
        {
            throw new CliFailure(ExitCode.Usage, error.Error.Message);
        }
    }

    private static TimeSpan? Duration(Shell shell, string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        TimeSpan span = Arguments.Deadline(text, shell.Clock).At - shell.Clock.GetUtcNow();
        return span > TimeSpan.Zero ? span : throw new CliFailure(ExitCode.Usage, $"{option} must be a duration such as 30m.");
    }
}
