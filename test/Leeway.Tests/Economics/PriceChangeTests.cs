using System.Text;
using Leeway.Economics;
using Leeway.Economics.Import;

namespace Leeway.Tests.Economics;

/// <summary>An import beside the catalogue: what is new, what changes, what stays.</summary>
public sealed class PriceChangeTests
{
    private static readonly DateTimeOffset s_from = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_list_that_says_what_is_known_changes_nothing_even_where_it_is_silent()
    {
        PriceChange change = Change("""{"gpt-4o":{"litellm_provider":"openai","input_cost_per_token":2.5e-06,"output_cost_per_token":1e-05}}""");
        Assert.Equal(PriceChangeKind.Unchanged, change.Kind);
    }

    [Fact]
    public void What_a_list_does_not_mention_stays_while_the_price_has_not_moved()
    {
        PriceChange change = Change("""{"claude-sonnet-4-5":{"litellm_provider":"anthropic","input_cost_per_token":3e-06,"output_cost_per_token":1.5e-05,"cache_read_input_token_cost":2e-07}}""");
        LanePrice price = change.Imported.Price.RealTime;
        Assert.Equal((PriceChangeKind.Changed, 0.2m, 6m, 200_000L), (change.Kind, price.CachedInput!.Value, price.CacheWriteHour!.Value, price.LongContext!.Above));
    }

    [Fact]
    public void Once_the_price_has_moved_what_a_list_does_not_mention_is_unknown()
    {
        PriceChange change = Change("""{"gpt-4o":{"input_cost_per_token":1e-06,"output_cost_per_token":1e-05}}""");
        Assert.Equal((PriceChangeKind.Changed, null, null, null), (change.Kind, change.Imported.Price.RealTime.CachedInput, change.Imported.Price.PriorityTier, change.Imported.Price.Batch));
        Assert.Equal(2.5m, change.Before!.RealTime.Input);
    }

    [Fact]
    public void A_catalogue_of_ours_is_taken_at_its_word()
    {
        PriceChange change = Change("""{"prices":[{"model":"gpt-4o","effective_from":"2026-10-01","real_time":{"input":2.5,"cached_input":1.25,"output":10}}]}""");
        Assert.Equal((PriceChangeKind.Changed, null), (change.Kind, change.Imported.Price.Batch));
    }

    [Fact]
    public void Earlier_entries_stay_and_one_of_the_same_instant_is_replaced()
    {
        PriceCatalog catalog = PriceCatalog.BuiltIn;
        PriceCatalog file = new([]);
        foreach ((string input, int day) in new[] { ("1e-06", 1), ("2e-06", 2), ("3e-06", 2) })
        {
            DateTimeOffset from = s_from.AddDays(day);
            PriceImport import = Read($$"""{"m":{"input_cost_per_token":{{input}},"output_cost_per_token":1e-06} }""", from);
            file = new PriceCatalog(PriceChange.Apply(file.All, PriceChange.Of(catalog.MergedWith(file), import)));
        }

        Assert.Equal([(1m, 2), (3m, 3)], file.All.Select(price => (price.RealTime.Input!.Value, price.EffectiveFrom.Day)));
    }

    private static PriceChange Change(string json) => Assert.Single(PriceChange.Of(PriceCatalog.BuiltIn, Read(json, s_from)));

    private static PriceImport Read(string json, DateTimeOffset from) => PriceImport.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), "list.json", from);
}
