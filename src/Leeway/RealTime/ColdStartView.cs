namespace Leeway.RealTime;

/// <summary>What is known of one deployment that may scale to zero.</summary>
/// <param name="Deployment">Its id.</param>
/// <param name="AfterIdle">Answers to calls after idle, since the start.</param>
/// <param name="ColdFirstByte">The median first byte of the latest of them.</param>
/// <param name="Awake">Answers to other calls, since the start.</param>
/// <param name="WarmFirstByte">The median first byte of the latest of them.</param>
/// <param name="AnsweredAt">When it last answered, UTC.</param>
public readonly record struct ColdStartView(string Deployment, long AfterIdle, TimeSpan? ColdFirstByte, long Awake, TimeSpan? WarmFirstByte, DateTimeOffset AnsweredAt)
{
    /// <summary>What a start adds; null until calls of both sorts were seen.</summary>
    public TimeSpan? ColdStart => ColdFirstByte is { } cold && WarmFirstByte is { } warm ? cold > warm ? cold - warm : TimeSpan.Zero : null;
}
