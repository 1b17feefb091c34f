using System.Text.Json;
using System.Text.Json.Serialization;

namespace Leeway.Cli.Runs;

/// <summary><c>OUT.leeway</c>: replaced as a whole, so a kill leaves the old or the new one.</summary>
internal sealed class RunStateFile(string path)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    public string Path => path;

    /// <summary>Null when there is none.</summary>
    /// <exception cref="CliFailure">It is not one of ours.</exception>
    public RunState? Load()
    {
        try
        {
            RunState? state = JsonSerializer.Deserialize<RunState>(File.ReadAllBytes(path), s_json);
            return state is { Version: RunState.CurrentVersion } && RunId.TryParse(state.Run, out _) ? state : throw Unreadable();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            throw Unreadable();
        }
    }

    public void Save(RunState state)
    {
        string next = path + ".tmp";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(stream, state, s_json);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    public void Delete() => File.Delete(path);

    private CliFailure Unreadable() => new(ExitCode.Failed, $"{path} is not the state of a run. Nothing was sent.", "Use another -o, or begin anew with --restart.");
}
