using System.Globalization;

namespace Leeway.Economics;

/// <summary>Turns a price written in the configuration into the form the ledger uses.</summary>
public static class ConfiguredPrice
{
    /// <summary>
    /// The configured price of <paramref name="model"/>. A lane the configuration leaves out keeps the catalogue's ratio to real time, so a
    /// negotiated price keeps the vendor's batch discount; without a catalogue price that lane is unpriced. In a lane it does mention, a
    /// field left out is as in real time.
    /// </summary>
    /// <param name="config">As written.</param>
    /// <param name="model">The model's name at the provider.</param>
    /// <param name="inForceSince">When this configuration was loaded; becomes part of the price's version.</param>
    /// <param name="listed">The catalogue's price of the model, or null.</param>
    public static ModelPrice From(PriceConfig config, string model, DateTimeOffset inForceSince, ModelPrice? listed)
    {
        var realTime = new LanePrice(config.Input, config.CachedInput, config.CacheWrite, config.Output);
        return new ModelPrice
        {
            Model = model,
            Version = string.Create(CultureInfo.InvariantCulture, $"config:{model}@{inForceSince.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            EffectiveFrom = inForceSince,
            RealTime = realTime,
            Batch = Lane(config.Batch, realTime, listed?.Batch, listed?.RealTime),
            Flex = Lane(config.Flex, realTime, listed?.Flex, listed?.RealTime),
            PriorityTier = Lane(config.Priority, realTime, listed?.PriorityTier, listed?.RealTime),
        };
    }

    private static LanePrice? Lane(LanePriceConfig? written, LanePrice realTime, LanePrice? listed, LanePrice? listedRealTime)
    {
        if (written is not null)
        {
            return new LanePrice(
                written.Input ?? realTime.Input,
                written.CachedInput ?? realTime.CachedInput,
                written.CacheWrite ?? realTime.CacheWrite,
                written.Output ?? realTime.Output);
        }

        return listed is null || listedRealTime is null
            ? null
            : new LanePrice(
                Scale(realTime.Input, listed.Input, listedRealTime.Input),
                Scale(realTime.CachedInput, listed.CachedInput, listedRealTime.CachedInput),
                Scale(realTime.CacheWrite, listed.CacheWrite, listedRealTime.CacheWrite),
                Scale(realTime.Output, listed.Output, listedRealTime.Output));
    }

    private static decimal? Scale(decimal? price, decimal? lane, decimal? realTime) =>
        realTime is null or 0 ? null : price * lane / realTime;
}
