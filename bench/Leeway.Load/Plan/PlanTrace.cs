using Leeway.Economics;
using Leeway.Simulation;
using Leeway.Traces;

namespace Leeway.Load.Plan;

/// <summary>The public traces beside the repository.</summary>
internal static class PlanTrace
{
    /// <summary>The folder of shared data.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not there.</exception>
    public static string Folder
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                string candidate = Path.Combine(folder.FullName, "..", "shared", "data");
                if (Directory.Exists(candidate))
                {
                    return Path.GetFullPath(candidate);
                }
            }

            throw new DirectoryNotFoundException("The public traces are not in ../shared/data.");
        }
    }

    /// <summary>An hour of chat in production (Azure, November 2023).</summary>
    public static (string Name, IReadOnlyList<TraceRequest> Requests) Azure() => Read("azure-llm-2023", "AzureLLMInferenceTrace_conv.csv.gz");

    /// <summary>An hour of conversations with long prompts (Mooncake, 2024).</summary>
    public static (string Name, IReadOnlyList<TraceRequest> Requests) Mooncake() => Read("mooncake", "conversation_trace.jsonl.gz");

    /// <summary>Measured calls of LLMPerf's leaderboard.</summary>
    public static IReadOnlyList<string> Latencies => [.. Directory.GetFiles(Path.Combine(Folder, "llmperf", "raw_data", "individual"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static (string Name, IReadOnlyList<TraceRequest> Requests) Read(string folder, string file)
    {
        var options = new TraceOptions { Prices = PriceCatalog.BuiltIn, PricesAt = Simulator.Start };
        return ($"{folder}/{file}", TraceRequests.Read([Path.Combine(Folder, folder, file)], options, null, CancellationToken.None).Requests);
    }
}
