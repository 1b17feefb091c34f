namespace Leeway.Gateway.Configuration.Reading;

/// <summary>Where a value was written. <see cref="Folder"/> is where relative paths in it begin.</summary>
internal sealed record Mark(string Source, int Line, int Column, string Folder)
{
    public static readonly Mark Default = new("", 0, 0, ".");

    public string Origin => this switch
    {
        { Source: "" } => "default",
        { Line: 0 } => Source,
        _ when IsFile => $"{Source}:{Line}",
        _ => Source,
    };

    public bool IsEnvironment => Source.StartsWith(EnvironmentPrefix, StringComparison.Ordinal);

    public string VariableName => Source[EnvironmentPrefix.Length..];

    private bool IsFile => !IsEnvironment && Source != CommandLineSource;

    private const string EnvironmentPrefix = "env ";
    private const string CommandLineSource = "command line";

    public static Mark Variable(string name, string folder) => new(EnvironmentPrefix + name, 0, 0, folder);

    public static Mark CommandLine(string folder) => new(CommandLineSource, 0, 0, folder);

    public ConfigProblem Error(string path, string message, string hint = "") => Problem(ConfigSeverity.Error, path, message, hint);

    public ConfigProblem Warning(string path, string message, string hint = "") => Problem(ConfigSeverity.Warning, path, message, hint);

    private ConfigProblem Problem(ConfigSeverity severity, string path, string message, string hint) =>
        new() { Severity = severity, File = Source, Line = Line, Column = Column, Path = path, Message = message, Hint = hint };
}
