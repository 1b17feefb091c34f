using System.Text;

namespace Leeway.Gateway.Configuration;

public enum ConfigSeverity
{
    Warning,
    Error,
}

/// <summary>Something wrong in the configuration, with the place to change. <see cref="Line"/> and <see cref="Column"/> count from 1; 0 means the place has none.</summary>
public sealed record ConfigProblem
{
    public required ConfigSeverity Severity { get; init; }

    /// <summary>The file as it was named, <c>env NAME</c> or <c>command line</c>; empty when nothing was written at all.</summary>
    public string File { get; init; } = "";

    public int Line { get; init; }

    public int Column { get; init; }

    /// <summary>Such as <c>models.gpt-4o.deployments[0].provider</c>.</summary>
    public string Path { get; init; } = "";

    public required string Message { get; init; }

    /// <summary>What to do; empty when the message says it.</summary>
    public string Hint { get; init; } = "";

    /// <summary><c>leeway.yaml:12:7 providers.openai.kid: unknown key 'kid'; did you mean 'kind'?</c></summary>
    public override string ToString()
    {
        StringBuilder text = new(File);
        if (Line > 0)
        {
            text.Append(':').Append(Line).Append(':').Append(Column);
        }

        if (Path.Length > 0)
        {
            text.Append(text.Length > 0 ? " " : "").Append(Path);
        }

        text.Append(text.Length > 0 ? ": " : "").Append(Message);
        return Hint.Length > 0 ? text.Append("; ").Append(Hint).ToString() : text.ToString();
    }
}
