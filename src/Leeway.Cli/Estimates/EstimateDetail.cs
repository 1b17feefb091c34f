namespace Leeway.Cli.Estimates;

/// <summary>What is shown of an estimate beside its tables.</summary>
/// <param name="Arithmetic">How each figure came about.</param>
/// <param name="BreakEvens">From where on one way costs less than another.</param>
internal sealed record EstimateDetail(bool Arithmetic, bool BreakEvens);
