namespace Leeway.Planning.Ladder;

/// <summary>What a unit of each shared limit is worth at present, as shares of a request's real-time price.</summary>
/// <param name="Requests">A call of the requests-a-minute limit: a try of the flex tier, accepted or not, and a real-time answer.</param>
/// <param name="Tokens">A request's tokens of the tokens-a-minute limit: an accepted flex call and a real-time answer.</param>
/// <param name="Enqueued">A request's tokens of the enqueued-token limit of batches.</param>
/// <param name="FlexSlots">A slot of the flex lane for the time of an accepted call.</param>
public readonly record struct ShadowPrice(double Requests, double Tokens, double Enqueued, double FlexSlots = 0);
