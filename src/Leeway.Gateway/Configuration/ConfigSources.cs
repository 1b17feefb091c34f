using System.Collections;
using System.Collections.ObjectModel;

namespace Leeway.Gateway.Configuration;

/// <summary>
/// What a configuration is made from. A later source wins: defaults, file, <c>leeway.d/*.yaml</c> beside it in name order,
/// <c>LEEWAY__…</c> variables, command line.
/// </summary>
public sealed record ConfigSources
{
    public const string DefaultFile = "leeway.yaml";

    /// <summary>Names the file when <see cref="File"/> does not.</summary>
    public const string FileVariable = "LEEWAY_CONFIG";

    /// <summary>A file that must exist. Null: the one <c>LEEWAY_CONFIG</c> names, else <c>leeway.yaml</c> in <see cref="Folder"/> if it is there.</summary>
    public string? File { get; init; }

    /// <summary>Where relative paths begin.</summary>
    public string Folder { get; init; } = ".";

    public IReadOnlyDictionary<string, string> Environment { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>From the command line: path (<c>server.listen</c>, <c>models."gpt-4.1".deployments[0].rpm</c>) → value.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The environment of this process and its working folder.</summary>
    public static ConfigSources FromProcess(string? file = null, IReadOnlyDictionary<string, string>? overrides = null)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return new ConfigSources
        {
            File = file,
            Environment = environment,
            Overrides = overrides ?? ReadOnlyDictionary<string, string>.Empty,
        };
    }
}
