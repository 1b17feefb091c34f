using Microsoft.Extensions.Time.Testing;

namespace Leeway.Tests.Ids;

public sealed class IdSourceTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Ids_sort_in_the_order_in_which_they_were_made()
    {
        var source = new IdSource(_clock, new SeededRandomSource(1));
        var made = new List<RequestId>();
        for (int i = 0; i < 20_000; i++)
        {
            made.Add(new RequestId(source.Next()));
            if (i == 15_000)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(50));
            }
        }

        Assert.Equal(made.Order(), made);
        Assert.Equal(made.Select(id => id.ToString()).Order(StringComparer.Ordinal), made.Select(id => id.ToString()));
        Assert.Equal(made.Count, made.Distinct().Count());
    }

    [Fact]
    public void An_id_is_a_version_7_uuid_of_the_clock_s_time()
    {
        Guid id = new IdSource(_clock, new SeededRandomSource(1)).Next();

        Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 11));
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeMilliseconds(), Convert.ToInt64(id.ToString("N")[..12], 16));
    }

    [Theory]
    [InlineData("req_01a21081f62877d4be0bbe13a0ec4f11", true)]
    [InlineData("req_01A21081F62877D4BE0BBE13A0EC4F11", false)]
    [InlineData("batch_01a21081f62877d4be0bbe13a0ec4f11", false)]
    [InlineData("req_01a21081f62877d4be0bbe13a0ec4f1", false)]
    [InlineData("req_01a21081f62877d4be0bbe13a0ec4f111", false)]
    [InlineData("req_", false)]
    [InlineData("", false)]
    public void Only_what_is_printed_is_read(string text, bool expected)
    {
        Assert.Equal(expected, RequestId.TryParse(text, out RequestId id));
        Assert.Equal(expected ? text : new RequestId().ToString(), id.ToString());
    }
}
