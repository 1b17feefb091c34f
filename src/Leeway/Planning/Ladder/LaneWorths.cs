namespace Leeway.Planning.Ladder;

/// <summary>What each way on comes to for a request that is in no batch.</summary>
/// <param name="RealTime">At once.</param>
/// <param name="Flex">A try of the flex tier now; what follows a refusal is included.</param>
/// <param name="Batch">Into the pool now; rescues are included.</param>
internal readonly record struct LaneWorths(LaneWorth RealTime, LaneWorth Flex, LaneWorth Batch)
{
    /// <summary>The lane of least value: what is pooled keeps the shared limits of real time free, so it wins a tie.</summary>
    public Lane Best => Batch.Value <= Flex.Value && Batch.Value <= RealTime.Value ? Lane.Batch : Flex.Value <= RealTime.Value ? Lane.Flex : Lane.RealTime;

    /// <summary>What a lane comes to.</summary>
    public LaneWorth Of(Lane lane) => lane switch
    {
        Lane.Batch => Batch,
        Lane.Flex => Flex,
        _ => RealTime,
    };
}
