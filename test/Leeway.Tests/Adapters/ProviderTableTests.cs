using System.Globalization;
using System.Runtime.CompilerServices;
using Leeway.Adapters;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Adapters;

/// <summary>The page that compares the kinds of provider is made from what their adapters say of themselves.</summary>
public sealed class ProviderTableTests
{
    private const string Begin = "<!-- made from the adapters' capabilities -->\n";

    /// <summary>With LEEWAY_REGENERATE_DOCS=1 the tables are written instead.</summary>
    [Fact]
    public void The_page_says_what_the_adapters_say()
    {
        string file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/providers/README.md"));
        string page = File.ReadAllText(file);
        string head = page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)];
        string written = head + Tables();
        if (Environment.GetEnvironmentVariable("LEEWAY_REGENERATE_DOCS") == "1")
        {
            File.WriteAllText(file, written);
        }

        Assert.Equal(File.ReadAllText(file), written);
    }

    private static string Tables()
    {
        IReadOnlyList<IProvider> providers = ProviderSet.CreateAll(TimeProvider.System, NullLoggerFactory.Instance);
        (KindTraits Traits, ProviderCapabilities Can)[] kinds = [.. ProviderKinds.All.Select(traits => (traits, providers.Single(provider => provider.Kind == traits.Name).Capabilities))];
        string realTime = string.Concat(kinds.Select(kind => string.Create(
            CultureInfo.InvariantCulture,
            $"| [`{kind.Traits.Name}`]({PageOf(kind.Traits.Name)}) | {Mark(kind.Can, Endpoints.Chat)} | {Mark(kind.Can, Endpoints.Messages)} | {Mark(kind.Can, Endpoints.Responses)} | {Mark(kind.Can, Endpoints.Embeddings)} | {(kind.Can.Streams ? "yes" : "–")} | {Tiers(kind.Can)} | {(kind.Can.ScalesToZero ? "yes" : "–")} | {(kind.Can.QueuesDeferredCalls ? "through your bucket" : "–")} |\n")));
        string batches = string.Concat(kinds.Where(kind => kind.Can.BatchEndpoints.Count > 0).Select(kind => string.Create(
            CultureInfo.InvariantCulture,
            $"| `{kind.Traits.Name}` | {kind.Can.MinBatchRequests:N0}–{kind.Can.MaxBatchRequests:N0} | {kind.Can.MaxBatchBytes / 1_000_000:N0} MB | {kind.Can.BatchWindow.TotalHours:0} h | {Kept(kind.Can.OnExpiry)} | {Kept(kind.Can.OnCancel)} | {Carrier(kind.Can)} | {LostCreate(kind.Can)} | {(kind.Can.BatchNeedsStorage ? "your bucket" : "the vendor's files")} | {(kind.Traits.BatchByDefault ? "on" : "when told")} |\n")));
        return $"""

            ## Real time

            Who is served: as it comes (✓), translated (⇄), or not at all (–).

            | kind | Chat Completions | Messages | Responses | Embeddings | streams | tiers | may sleep | queue for what can wait |
            |---|---|---|---|---|---|---|---|---|
            {realTime}
            ## Batches

            | kind | requests | input | window | at its end | when cancelled | our id travels in | after a lost create | input and results in | batches |
            |---|---|---|---|---|---|---|---|---|---|
            {batches}
            """.ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    private static string PageOf(string kind) => kind is "cloud-functions" or "container-instances" ? "serverless.md" : $"{kind}.md";

    private static string Mark(ProviderCapabilities can, string endpoint) => can.Endpoints.Contains(endpoint) ? "✓" : can.TranslatedEndpoints.Contains(endpoint) ? "⇄" : "–";

    private static string Tiers(ProviderCapabilities can) => (can.HasFlexTier, can.HasPriorityTier) switch
    {
        (true, true) => "flex, priority",
        (true, false) => "flex",
        (false, true) => "priority",
        _ => "–",
    };

    private static string Kept(UnfinishedRows rows) => rows switch
    {
        UnfinishedRows.PartKept => "what ran is kept",
        UnfinishedRows.NothingKept => "nothing comes back",
        _ => "runs on",
    };

    private static string Carrier(ProviderCapabilities can) => can.Correlation switch
    {
        CorrelationCarrier.OwnMember => "a member of its own",
        CorrelationCarrier.EchoedLabel => "a label that comes back",
        _ => "the order of rows",
    };

    private static string LostCreate(ProviderCapabilities can) => can.IdempotentCreate ? "repeated under the same token" : can.ListsFingerprints ? "found by our fingerprint" : "told by its rows or its input";

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
