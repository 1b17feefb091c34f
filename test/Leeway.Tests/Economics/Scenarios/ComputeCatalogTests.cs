using System.Text;
using Leeway.Economics.Compute;

namespace Leeway.Tests.Economics.Scenarios;

public sealed class ComputeCatalogTests
{
    [Fact]
    public void The_built_in_catalogue_has_the_articles_prices_each_with_date_and_source()
    {
        ComputeCatalog catalog = ComputeCatalog.BuiltIn;

        Assert.Equal(1.41m, catalog.FindInstance("ml.g5.xlarge")!.PerHour);
        Assert.Equal(new Between(0.3m, 0.6m), catalog.FindWindow("night")!.Discount);
        Assert.Equal(4, catalog.FindWindow("night")!.Hours);
        Assert.Equal(new Between(1, 3), catalog.FindServerless("aws-lambda")!.ColdStartSeconds);
        Assert.All(catalog.Instances.Select(instance => instance.Origin).Concat(catalog.Serverless.Select(price => price.Origin)), origin => Assert.Matches(@" as of 20\d\d-\d\d-\d\d \(.+\)$", origin));
    }

    [Fact]
    public void A_file_of_ones_own_wins_entry_by_entry()
    {
        ComputeCatalog own = Load("""{"instances":[{"name":"ml.g5.xlarge","effective_from":"2026-11-01","per_hour":1.2},{"name":"mine","effective_from":"2026-11-01","per_hour":0.5,"spot_discount":0.7}]}""");
        ComputeCatalog both = ComputeCatalog.BuiltIn.MergedWith(own);

        Assert.Equal(1.2m, both.FindInstance("ml.g5.xlarge")!.PerHour);
        Assert.Equal(Between.Exactly(0.7m), both.FindInstance("mine")!.SpotDiscount);
        Assert.NotNull(both.FindInstance("g5.xlarge"));
        Assert.NotNull(both.FindServerless("cloud-run"));
    }

    [Theory]
    [InlineData("{", "is not valid JSON")]
    [InlineData("[]", "must be an object")]
    [InlineData("""{"instances":{}}""", "instances must be a list")]
    [InlineData("""{"instance":[]}""", "'instance' is not a known field; known are version")]
    [InlineData("""{"instances":[{"per_hour":1}]}""", "instances[0] must be an object with a 'name'")]
    [InlineData("""{"instances":[{"name":"a","effective_from":"2026-01-01"}]}""", "instances[0] 'a': 'per_hour' is missing")]
    [InlineData("""{"instances":[{"name":"a","effective_from":"yesterday","per_hour":1}]}""", "'effective_from' must be a date")]
    [InlineData("""{"instances":[{"name":"a","effective_from":"2026-01-01","per_hour":-1}]}""", "'per_hour' is -1; it must be a number from 0")]
    [InlineData("""{"instances":[{"name":"a","effective_from":"2026-01-01","per_hour":1e9}]}""", "'per_hour' is 1e9")]
    [InlineData("""{"instances":[{"name":"a","effective_from":"2026-01-01","per_hour":"1"}]}""", "'per_hour' is \"1\"")]
    [InlineData("""{"instances":[{"name":"a","effective_from":"2026-01-01","per_hour":1,"spot_discount":[0.9,0.6]}]}""", "'spot_discount' must be one number or [least, most]")]
    [InlineData("""{"instances":[{"name":"a","effective_from":"2026-01-01","per_hour":1,"spot":0.6}]}""", "'spot' is not a known field")]
    [InlineData("""{"instances":[{"name":"a","effective_from":"2026-01-01","per_hour":1},{"name":"a","effective_from":"2026-01-01","per_hour":2}]}""", "'name' is given twice")]
    [InlineData("""{"off_peak":[{"name":"n","effective_from":"2026-01-01","from":"2","to":"06:00","discount":0.5}]}""", "'from' must be a time of day")]
    public void A_file_that_is_none_is_refused_by_place_field_and_value(string json, string told)
    {
        ComputeCatalogException refused = Assert.Throws<ComputeCatalogException>(() => Load(json));

        Assert.StartsWith("own.json: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
    }

    private static ComputeCatalog Load(string json) => ComputeCatalog.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), "own.json");
}
