namespace Leeway.Cli.Advise;

/// <summary>What <c>--map</c> says of a trace's columns.</summary>
internal static class ColumnOption
{
    /// <summary>Field to column.</summary>
    /// <exception cref="CliFailure">A part is not <c>field=column</c>.</exception>
    public static Dictionary<string, string> Read(IEnumerable<string> given)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in given.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == pair.Length - 1)
            {
                throw new CliFailure(ExitCode.Usage, $"--map: '{pair}' is not field=column.", "Write for instance --map time=TIMESTAMP,input=ContextTokens.");
            }

            map[pair[..equals].Trim()] = pair[(equals + 1)..].Trim();
        }

        return map;
    }
}
