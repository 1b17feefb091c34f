using System.Globalization;

namespace Leeway.Economics.Scenarios.Figures;

/// <summary>What a number counts: a product of base units, such as tokens per request. Equal when the powers are equal.</summary>
public sealed class Unit : IEquatable<Unit>
{
    private readonly SortedDictionary<string, int> _powers;

    private Unit(SortedDictionary<string, int> powers) => _powers = powers;

    public static Unit None { get; } = new(new SortedDictionary<string, int>(StringComparer.Ordinal));

    public static Unit Usd { get; } = Of("USD");

    public static Unit Request { get; } = Of("request");

    public static Unit Token { get; } = Of("token");

    /// <summary>A million tokens, which is what prices are for.</summary>
    public static Unit MillionTokens { get; } = Of("M tokens");

    public static Unit Day { get; } = Of("day");

    public static Unit Month { get; } = Of("month");

    public static Unit Hour { get; } = Of("hour");

    public static Unit Second { get; } = Of("second");

    public static Unit Instance { get; } = Of("instance");

    public static Unit Gigabyte { get; } = Of("GB");

    public static Unit Cpu { get; } = Of("vCPU");

    public static Unit Batch { get; } = Of("batch");

    public static Unit operator *(Unit left, Unit right) => left.Combine(right, 1);

    public static Unit operator /(Unit left, Unit right) => left.Combine(right, -1);

    public bool Equals(Unit? other) => other is not null && _powers.SequenceEqual(other._powers);

    public override bool Equals(object? obj) => Equals(obj as Unit);

    public override int GetHashCode() => _powers.Aggregate(0, (hash, power) => HashCode.Combine(hash, power.Key, power.Value));

    /// <summary><c>tokens/request</c>; empty for a plain number.</summary>
    public override string ToString()
    {
        string above = string.Join('·', _powers.Where(power => power.Value > 0).Select(power => Written(Plural(power.Key), power.Value)));
        string below = string.Concat(_powers.Where(power => power.Value < 0).Select(power => "/" + Written(power.Key, -power.Value)));
        return above.Length == 0 && below.Length > 0 ? "1" + below : above + below;
    }

    private static Unit Of(string name) => new(new SortedDictionary<string, int>(StringComparer.Ordinal) { [name] = 1 });

    private static string Written(string name, int power) => power == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}^{power}");

    private static string Plural(string name) => name switch
    {
        "batch" => "batches",
        "request" or "token" or "day" or "month" or "hour" or "second" or "instance" => name + "s",
        _ => name,
    };

    private Unit Combine(Unit other, int sign)
    {
        var powers = new SortedDictionary<string, int>(_powers, StringComparer.Ordinal);
        foreach ((string name, int power) in other._powers)
        {
            int sum = powers.GetValueOrDefault(name) + (sign * power);
            if (sum == 0)
            {
                powers.Remove(name);
            }
            else
            {
                powers[name] = sum;
            }
        }

        return new Unit(powers);
    }
}
