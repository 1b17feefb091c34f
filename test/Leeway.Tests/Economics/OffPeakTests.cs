using System.Text;
using Leeway.Economics;
using Leeway.Economics.Import;

namespace Leeway.Tests.Economics;

public sealed class OffPeakTests
{
    /// <summary>Cheaper from 16:30 to 00:30 UTC, and at noon in Shanghai.</summary>
    internal const string Catalog = """
        {"prices":[{"model":"night-owl","effective_from":"2026-01-01",
          "real_time":{"input":0.4,"output":1.2},"batch":{"input":0.2,"output":0.6},"flex":{"input":0.3,"output":0.9},
          "off_peak":{"windows":[{"from":"16:30","to":"00:30","tz":"UTC"},{"from":"12:00","to":"13:00","tz":"Asia/Shanghai"}],
            "real_time":{"input":0.2,"output":0.6},"batch":{"input":0.1,"output":0.3}}}]}
        """;

    [Theory]
    [InlineData("2026-11-24T16:29:59Z", 0.4, 0.2)]
    [InlineData("2026-11-24T16:30:00Z", 0.2, 0.1)]
    [InlineData("2026-11-25T00:29:59Z", 0.2, 0.1)]
    [InlineData("2026-11-25T00:30:00Z", 0.4, 0.2)]
    [InlineData("2026-11-25T04:30:00Z", 0.2, 0.1)]
    public void The_price_in_force_is_that_of_the_hour(string at, double realTime, double batch)
    {
        ModelPrice price = Read(Catalog).PriceOf(Deployed(), DateTimeOffset.Parse(at))!;
        Assert.Equal(((decimal)realTime, (decimal)batch, 0.3m), (price.RealTime.Input!.Value, price.Batch!.Input!.Value, price.Flex!.Input!.Value));
        Assert.Equal(realTime < 0.4, price.Version.EndsWith("+off-peak", StringComparison.Ordinal));
    }

    [Fact]
    public void The_next_cheaper_hour_is_told_only_before_the_last_moment()
    {
        var hours = new CheapHours(Read(Catalog));
        DateTimeOffset noon = DateTimeOffset.Parse("2026-11-24T12:00:00Z");
        DateTimeOffset opening = DateTimeOffset.Parse("2026-11-24T16:30:00Z");
        Assert.Equal(opening, hours.NextCheaper(Deployed(), Lane.Batch, noon, noon.AddHours(9)));
        Assert.Null(hours.NextCheaper(Deployed(), Lane.Batch, noon, opening));
        Assert.Null(hours.NextCheaper(Deployed(), Lane.Batch, opening, opening.AddDays(9)));
        Assert.Null(hours.NextCheaper(Deployed(), Lane.Flex, noon, noon.AddDays(9)));
        Assert.Equal(DateTimeOffset.Parse("2026-11-25T00:30:00Z"), hours.NextDearer(Deployed(), Lane.RealTime, opening, opening.AddDays(9)));
        Assert.Null(new CheapHours(PriceCatalog.BuiltIn).NextCheaper(Deployed() with { Model = "gpt-4o" }, Lane.Batch, noon, noon.AddDays(9)));
    }

    [Fact]
    public void Prices_are_told_as_a_share_of_real_time_at_ordinary_hours()
    {
        var hours = new CheapHours(Read(Catalog));
        DateTimeOffset noon = DateTimeOffset.Parse("2026-11-24T12:00:00Z");
        DateTimeOffset night = noon.AddHours(6);
        Assert.Equal((1m, 0.5m), (hours.RelativePriceAt(Deployed(), Lane.RealTime, noon), hours.RelativePriceAt(Deployed(), Lane.RealTime, night)));
        Assert.Equal((0.5m, 0.25m), (hours.RelativePriceAt(Deployed(), Lane.Batch, noon), hours.RelativePriceAt(Deployed(), Lane.Batch, night)));
        Assert.Null(hours.RelativePriceAt(Deployed() with { Model = "unknown" }, Lane.Batch, noon));
    }

    [Fact]
    public void A_dearer_span_is_left_by_waiting_for_its_end()
    {
        var hours = new CheapHours(Read(Catalog.Replace("\"input\":0.2,\"output\":0.6},\"batch\":{\"input\":0.1,\"output\":0.3}", "\"input\":0.8,\"output\":2.4}", StringComparison.Ordinal)));
        DateTimeOffset evening = DateTimeOffset.Parse("2026-11-24T18:00:00Z");
        Assert.Equal(DateTimeOffset.Parse("2026-11-25T00:30:00Z"), hours.NextCheaper(Deployed(), Lane.RealTime, evening, evening.AddDays(1)));
        Assert.Null(hours.NextCheaper(Deployed(), Lane.Batch, evening, evening.AddDays(1)));
    }

    [Fact]
    public void A_file_is_written_as_it_is_read()
    {
        ModelPrice price = Read(Catalog).All.Single();
        using var stream = new MemoryStream();
        PriceFileWriter.Write(stream, [price]);
        ModelPrice again = PriceCatalog.Load(new MemoryStream(stream.ToArray()), "prices.json").All.Single();
        Assert.True(OffPeakPrice.Same(price.OffPeak, again.OffPeak));
        Assert.Equal((2, "Asia/Shanghai", 0.1m), (again.OffPeak!.Windows.Count, again.OffPeak.Windows[1].Tz, again.OffPeak.Batch!.Input!.Value));
        Assert.False(OffPeakPrice.Same(price.OffPeak, again.OffPeak with { Windows = [again.OffPeak.Windows[0]] }));
    }

    [Theory]
    [InlineData("""{"real_time":{"input":1}}""", "'off_peak.windows' must be a list of hours")]
    [InlineData("""{"windows":[],"real_time":{"input":1}}""", "'off_peak.windows' must be a list of hours")]
    [InlineData("""{"windows":[{"from":"16:30","to":"00:30","tz":"UTC"}]}""", "'off_peak' prices no lane")]
    [InlineData("""{"windows":[{"from":"16:30","to":"24:30","tz":"UTC"}],"batch":{"input":1}}""", "'off_peak.windows[0].to' must be a time of day")]
    [InlineData("""{"windows":[{"from":"16:30","to":"16:30","tz":"UTC"}],"batch":{"input":1}}""", "'off_peak.windows[0]' from and to are the same time")]
    [InlineData("""{"windows":[{"from":"16:30","to":"00:30","tz":"local"}],"batch":{"input":1}}""", "'off_peak.windows[0].tz' must be an IANA time zone")]
    [InlineData("""{"windows":[{"from":"16:30","to":"00:30"}],"batch":{"input":1}}""", "'off_peak.windows[0].tz' must be an IANA time zone")]
    [InlineData("""{"windows":[{"from":"16:30","to":"00:30","zone":"UTC"}],"batch":{"input":1}}""", "'off_peak.windows[0].zone' is not a known field")]
    [InlineData("7", "'off_peak' must be an object")]
    public void Hours_that_are_none_are_refused_by_name(string offPeak, string expected)
    {
        var e = Assert.Throws<PriceCatalogException>(() => Read($$"""{"prices":[{"model":"m","effective_from":"2026-07-01","real_time":{"input":1},"off_peak":{{offPeak}} }]}"""));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configured_price_keeps_the_catalogues_hours_at_their_ratio()
    {
        ModelPrice listed = Read(Catalog).All.Single();
        ModelPrice own = ConfiguredPrice.From(new PriceConfig { Input = 0.2m, Output = 0.6m }, "night-owl", s_at, listed);
        ModelPrice night = own.At(DateTimeOffset.Parse("2026-11-24T20:00:00Z"));
        Assert.Equal((0.1m, 0.05m, 0.15m), (night.RealTime.Input!.Value, night.Batch!.Input!.Value, night.Flex!.Input!.Value));
    }

    [Fact]
    public void Configured_hours_win_and_lanes_they_leave_out_keep_their_ratio_to_real_time()
    {
        var config = new PriceConfig
        {
            Input = 1m,
            Output = 4m,
            Batch = new LanePriceConfig { Input = 0.5m, Output = 2m },
            OffPeak = new OffPeakPriceConfig { Windows = [new WindowConfig { From = new TimeOnly(1, 0), To = new TimeOnly(2, 0), Tz = "UTC" }], Input = 0.4m },
        };
        ModelPrice price = ConfiguredPrice.From(config, "night-owl", s_at, Read(Catalog).All.Single());
        ModelPrice night = price.At(DateTimeOffset.Parse("2026-11-24T01:30:00Z"));
        Assert.Equal((0.4m, 4m, 0.2m, 2m), (night.RealTime.Input!.Value, night.RealTime.Output!.Value, night.Batch!.Input!.Value, night.Batch.Output!.Value));
        Assert.Same(price, price.At(DateTimeOffset.Parse("2026-11-24T20:00:00Z")));
    }

    [Fact]
    public void An_import_that_tells_no_hours_keeps_those_that_are_known()
    {
        PriceCatalog catalog = Read(Catalog);
        ModelPrice news = Read(Catalog).All.Single() with { OffPeak = null, EffectiveFrom = s_at, Flex = new LanePrice(0.25m, null, null, 0.7m) };
        PriceChange change = PriceChange.Of(catalog, new PriceImport([new ImportedPrice(news, default, IsFree: false, [])], [], IsPartial: true)).Single();
        Assert.True(OffPeakPrice.Same(catalog.All.Single().OffPeak, change.Imported.Price.OffPeak));
    }

    private static readonly DateTimeOffset s_at = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    internal static PriceCatalog Read(string json) => PriceCatalog.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), "prices.json");

    internal static Deployment Deployed() => new() { Id = "owl/night-owl", Provider = "owl", Kind = "openai", Model = "night-owl", BaseUrl = new Uri("http://localhost") };
}
