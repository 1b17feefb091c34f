using Leeway.Planning.Turnaround.Sketches;

namespace Leeway.Tests.Planning.Turnaround;

public sealed class DurationSketchTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    public void Quantiles_are_right_to_one_percent(double probability)
    {
        var random = new SeededRandomSource(1);
        var sketch = new DurationSketch();
        double[] exact = new double[100_000];
        for (int i = 0; i < exact.Length; i++)
        {
            TimeSpan one = Laws.LogNormal(random, 3000, 1.1);
            sketch.Add(one, 1);
            exact[i] = one.TotalSeconds;
        }

        Array.Sort(exact);
        double truth = exact[(int)Math.Ceiling(probability * exact.Length) - 1];
        Assert.InRange(sketch.Quantile(probability)!.Value.TotalSeconds / truth, 0.99 - 1e-6, 1.01 + 1e-6);
    }

    [Fact]
    public void Every_duration_within_the_range_has_a_value_within_one_percent_of_it()
    {
        for (double seconds = 1; seconds <= 7 * 86_400; seconds *= 1.0007)
        {
            Assert.InRange(DurationGrid.Values[DurationGrid.IndexOf(TimeSpan.FromSeconds(seconds))] / seconds, 0.99 - 1e-6, 1.01 + 1e-6);
        }

        Assert.Equal(0, DurationGrid.IndexOf(TimeSpan.Zero));
        Assert.Equal(DurationGrid.Count - 1, DurationGrid.IndexOf(TimeSpan.MaxValue));
    }

    [Fact]
    public void Merged_sketches_are_the_sketch_of_everything()
    {
        var random = new SeededRandomSource(2);
        DurationSketch all = new(), left = new(), right = new();
        for (int i = 0; i < 2000; i++)
        {
            TimeSpan one = Laws.LogNormal(random, i % 2 == 0 ? 30 : 30_000, 1);
            all.Add(one, 1);
            (i % 2 == 0 ? left : right).Add(one, 1);
        }

        right.Merge(left);

        Assert.Equal(all.Total, right.Total);
        Assert.All(Enumerable.Range(0, DurationGrid.Count), bucket => Assert.Equal(all.WeightAt(bucket), right.WeightAt(bucket)));
    }

    [Fact]
    public void A_batch_counts_for_half_after_a_half_life_whatever_was_added_since()
    {
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var halfLife = TimeSpan.FromDays(3);
        var sketch = new CensoredSketch(start, halfLife);
        sketch.Add(TimeSpan.FromMinutes(1), true, start, halfLife);
        sketch.Add(TimeSpan.FromMinutes(1), true, start.AddDays(3), halfLife);
        Assert.Equal(1.5, sketch.WeightAt(start.AddDays(3)), 9);

        // So long that the weights are counted anew.
        sketch.Add(TimeSpan.FromMinutes(1), false, start.AddDays(300), halfLife);
        Assert.Equal(0.5, sketch.WeightAt(start.AddDays(303)), 9);
        Assert.Equal((2, 1), (sketch.EndedCount, sketch.CensoredCount));
    }

    [Fact]
    public void What_is_written_is_read_again_and_nonsense_is_refused()
    {
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var halfLife = TimeSpan.FromDays(3);
        var sketch = new CensoredSketch(start, halfLife);
        sketch.Add(TimeSpan.FromMinutes(1), true, start, halfLife);
        sketch.Add(TimeSpan.FromHours(3), false, start, halfLife);
        byte[] bytes = sketch.ToBytes(start.AddDays(3));
        CensoredSketch read = CensoredSketch.FromBytes(bytes, start.AddDays(3), halfLife);

        Assert.Equal((1, 1), (read.EndedCount, read.CensoredCount));
        Assert.Equal(0.5, read.Ended.WeightAt(DurationGrid.IndexOf(TimeSpan.FromMinutes(1))));
        Assert.Equal(0.5, read.Censored.WeightAt(DurationGrid.IndexOf(TimeSpan.FromHours(3))));
        Assert.Throws<FormatException>(() => CensoredSketch.FromBytes(bytes.AsSpan(0, bytes.Length - 1), start, halfLife));
        Assert.Throws<FormatException>(() => CensoredSketch.FromBytes([1, 2, 3], start, halfLife));
        bytes[16 + 2 + 1] = 0xFF;
        Assert.Throws<FormatException>(() => CensoredSketch.FromBytes(bytes, start, halfLife));
    }
}
