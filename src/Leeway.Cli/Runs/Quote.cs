using Leeway.Classification;
using Leeway.Economics;

namespace Leeway.Cli.Runs;

/// <summary>What a run is expected to cost, added up line by line before anything is sent.</summary>
/// <param name="priceOf">Null for a model without a known price.</param>
internal sealed class Quote(Func<string, ModelPrice?> priceOf)
{
    /// <summary>Assumed of an answer whose request sets no bound: about a long paragraph or two.</summary>
    public const int AssumedOutputTokens = 300;

    private readonly Dictionary<string, TokenUsage> _byModel = new(StringComparer.Ordinal);

    public int Requests { get; private set; }

    public long InputTokens { get; private set; }

    public long OutputTokens { get; private set; }

    /// <summary>Requests whose answer had to be guessed.</summary>
    public int Unbounded { get; private set; }

    /// <summary>Models without a price, as far as known here.</summary>
    public IReadOnlyList<string> Unpriced { get; private set; } = [];

    /// <summary>USD when all goes by batch; a model without a batch price counts at its real-time price. Null when a price is unknown.</summary>
    public decimal? Batch { get; private set; }

    /// <summary>USD when all is answered at once; null when a price is unknown.</summary>
    public decimal? RealTime { get; private set; }

    public void Add(InputItem item)
    {
        Requests++;
        Unbounded += item.MaxOutputTokens is null ? 1 : 0;
        int output = item.MaxOutputTokens ?? AssumedOutputTokens;
        InputTokens += item.InputTokens;
        OutputTokens += output;
        _byModel[item.Model] = _byModel.GetValueOrDefault(item.Model) + new TokenUsage(item.InputTokens, 0, 0, output, 0);
    }

    public Quote Complete()
    {
        decimal? batch = 0;
        decimal? realTime = 0;
        List<string> unpriced = [];
        foreach ((string name, TokenUsage usage) in _byModel)
        {
            ModelPrice? price = priceOf(ModelName.Split(name, known => priceOf(known) is not null).Name);
            decimal? now = CostArithmetic.CostOf(price?.RealTime, usage);
            realTime += now;
            batch += CostArithmetic.CostOf(price?.Batch, usage) ?? now;
            if (now is null)
            {
                unpriced.Add(name);
            }
        }

        (Batch, RealTime, Unpriced) = (batch, realTime, unpriced);
        return this;
    }
}
