using System.Globalization;

namespace Leeway.Economics;

/// <summary>Turns a price written in the configuration into the form the ledger uses.</summary>
public static class ConfiguredPrice
{
    /// <summary>
    /// The configured price of <paramref name="model"/>. What the configuration leaves out and the catalogue prices apart (a lane, a long
    /// input, an hour in the cache) keeps the catalogue's ratio to real time, so a negotiated price keeps the vendor's discounts and
    /// surcharges; without a catalogue price that lane is unpriced. In a lane it does mention, a field left out is as in real time.
    /// </summary>
    /// <param name="config">As written.</param>
    /// <param name="model">The model's name at the provider.</param>
    /// <param name="inForceSince">When this configuration was loaded; becomes part of the price's version.</param>
    /// <param name="listed">The catalogue's price of the model, or null.</param>
    public static ModelPrice From(PriceConfig config, string model, DateTimeOffset inForceSince, ModelPrice? listed)
    {
        LanePrice? list = listed?.RealTime;
        var written = new LanePrice(config.Input, config.CachedInput, config.CacheWrite, config.Output)
        {
            CacheWriteHour = config.CacheWriteHour,
            Reasoning = config.Reasoning,
        };
        LanePrice realTime = written with
        {
            CacheWriteHour = written.CacheWriteHour ?? Scale(written.CacheWrite, list?.CacheWriteHour, list?.CacheWrite),
            Reasoning = written.Reasoning ?? Scale(written.Output, list?.Reasoning, list?.Output),
            AudioInput = Scale(written.Input, list?.AudioInput, list?.Input),
            AudioOutput = Scale(written.Output, list?.AudioOutput, list?.Output),
        };
        realTime = realTime with { LongContext = Longer(realTime, list?.LongContext, list) };
        var price = new ModelPrice
        {
            Model = model,
            Version = string.Create(CultureInfo.InvariantCulture, $"config:{model}@{inForceSince.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            EffectiveFrom = inForceSince,
            Source = "the configuration",
            RealTime = realTime,
            Batch = Lane(config.Batch, realTime, listed?.Batch, list),
            Flex = Lane(config.Flex, realTime, listed?.Flex, list),
            PriorityTier = Lane(config.Priority, realTime, listed?.PriorityTier, list),
        };
        return price with { OffPeak = config.OffPeak is { } hours ? OffPeak(hours, price) : OffPeak(listed, price) };
    }

    // As written; a lane that is not keeps the ratio to real time that it has at other hours.
    private static OffPeakPrice OffPeak(OffPeakPriceConfig config, ModelPrice price)
    {
        LanePrice usual = price.RealTime;
        LanePrice realTime = usual with
        {
            Input = config.Input ?? usual.Input,
            CachedInput = config.CachedInput ?? usual.CachedInput,
            CacheWrite = config.CacheWrite ?? usual.CacheWrite,
            CacheWriteHour = config.CacheWriteHour ?? usual.CacheWriteHour,
            Output = config.Output ?? usual.Output,
            Reasoning = config.Reasoning ?? usual.Reasoning,
        };
        realTime = realTime with { LongContext = Longer(realTime, usual.LongContext, usual) };
        return new OffPeakPrice(config.Windows, realTime)
        {
            Batch = Lane(config.Batch, realTime, price.Batch, usual),
            Flex = Lane(config.Flex, realTime, price.Flex, usual),
            PriorityTier = Lane(config.Priority, realTime, price.PriorityTier, usual),
        };
    }

    // The catalogue's hours, at their ratio to its other hours.
    private static OffPeakPrice? OffPeak(ModelPrice? listed, ModelPrice price)
    {
        if (listed?.OffPeak is not { } hours)
        {
            return null;
        }

        return new OffPeakPrice(hours.Windows, Ratio(price.RealTime, hours.RealTime, listed.RealTime))
        {
            Batch = Ratio(price.Batch, hours.Batch, listed.Batch),
            Flex = Ratio(price.Flex, hours.Flex, listed.Flex),
            PriorityTier = Ratio(price.PriorityTier, hours.PriorityTier, listed.PriorityTier),
        };

        static LanePrice? Ratio(LanePrice? usual, LanePrice? cheap, LanePrice? dear) =>
            usual is null || cheap is null || dear is null ? null : Scale(usual, cheap, dear);
    }

    private static LanePrice? Lane(LanePriceConfig? written, LanePrice realTime, LanePrice? listed, LanePrice? list)
    {
        if (written is null)
        {
            return listed is null || list is null ? null : Scale(realTime, listed, list);
        }

        LanePrice lane = realTime with
        {
            Input = written.Input ?? realTime.Input,
            CachedInput = written.CachedInput ?? realTime.CachedInput,
            CacheWrite = written.CacheWrite ?? realTime.CacheWrite,
            CacheWriteHour = written.CacheWriteHour ?? realTime.CacheWriteHour,
            Output = written.Output ?? realTime.Output,
            Reasoning = written.Reasoning ?? realTime.Reasoning,
        };
        return lane with { LongContext = listed is null ? Longer(lane, list?.LongContext, list) : Longer(lane, listed.LongContext, listed) };
    }

    private static LongContextPrice? Longer(LanePrice price, LongContextPrice? listed, LanePrice? list) =>
        listed is null || list is null ? null : new LongContextPrice(listed.Above, Scale(price, listed.Price, list));

    /// <summary>What stands to <paramref name="price"/> as <paramref name="listed"/> stands to <paramref name="list"/>.</summary>
    private static LanePrice Scale(LanePrice price, LanePrice listed, LanePrice list) => new(
        Scale(price.Input, listed.Input, list.Input),
        Scale(price.CachedInput, listed.CachedInput, list.CachedInput),
        Scale(price.CacheWrite, listed.CacheWrite, list.CacheWrite),
        Scale(price.Output, listed.Output, list.Output))
    {
        CacheWriteHour = Scale(price.CacheWriteHour, listed.CacheWriteHour, list.CacheWriteHour),
        Reasoning = Scale(price.Reasoning, listed.Reasoning, list.Reasoning),
        AudioInput = Scale(price.AudioInput, listed.AudioInput, list.AudioInput),
        AudioOutput = Scale(price.AudioOutput, listed.AudioOutput, list.AudioOutput),
        LongContext = listed.LongContext is { } longer ? new LongContextPrice(longer.Above, Scale(price, longer.Price, list)) : null,
    };

    private static decimal? Scale(decimal? price, decimal? lane, decimal? realTime) =>
        realTime is null or 0 ? null : price * lane / realTime;
}
