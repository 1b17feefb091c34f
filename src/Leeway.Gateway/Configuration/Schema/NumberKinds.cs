using System.Globalization;
using System.Text.Json.Nodes;

namespace Leeway.Gateway.Configuration.Schema;

/// <summary>A whole number, digits may be grouped by <c>_</c>. Becomes an int when <paramref name="Max"/> fits into one, else a long.</summary>
internal sealed record IntegerKind(long Min, long Max) : ScalarKind
{
    public override string Name => "a whole number";

    public override string Example => "2_000_000";

    public override JsonObject Schema => new() { ["type"] = "integer", ["minimum"] = Min };

    public static IntegerKind Int(int min, int max = int.MaxValue) => new(min, max);

    public static IntegerKind Long(long min) => new(min, long.MaxValue);

    public override object? Parse(string text, out string why)
    {
        why = "";
        string digits = Digits.Join(text);
        if (!long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return null;
        }

        if (number < Min || number > Max)
        {
            why = number < Min ? $"the least is {Min}" : $"the most is {Max}";
            return null;
        }

        return Max <= int.MaxValue ? (object)(int)number : number;
    }
}

/// <summary>Bytes: <c>90MB</c> (10^6), <c>32KiB</c> (2^10) or a bare number. Becomes an int when <paramref name="Max"/> fits into one, else a long.</summary>
internal sealed record SizeKind(long Max) : ScalarKind
{
    private static readonly (string Suffix, long Factor)[] s_units =
    [
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000),
        ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1),
    ];

    public override string Name => "a size";

    public override string Example => "90MB";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "integer"), ["pattern"] = "^[0-9][0-9_]*([KMG]i?)?B?$", ["minimum"] = 1 };

    public override object? Parse(string text, out string why)
    {
        why = "";
        (string suffix, long factor) = s_units.FirstOrDefault(unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase), ("", 1));
        string digits = Digits.Join(text[..^suffix.Length].TrimEnd());
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return null;
        }

        Int128 bytes = (Int128)number * factor;
        if (bytes < 1 || bytes > Max)
        {
            why = bytes < 1 ? "the least is 1B" : $"the most is {Format(Max)}";
            return null;
        }

        return Max <= int.MaxValue ? (object)(int)bytes : (long)bytes;
    }

    public override string Format(object value)
    {
        long bytes = Convert.ToInt64(value, CultureInfo.InvariantCulture);
        (string suffix, long factor) = s_units.First(unit => bytes % unit.Factor == 0);
        return (bytes / factor).ToString(CultureInfo.InvariantCulture) + suffix;
    }
}

/// <summary>USD per million tokens, exact.</summary>
internal sealed record MoneyKind : ScalarKind
{
    public override string Name => "an amount in USD";

    public override string Example => "0.15";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "number"), ["pattern"] = "^[0-9]+(\\.[0-9]+)?$", ["minimum"] = 0 };

    public override object? Parse(string text, out string why)
    {
        why = text.StartsWith('-') ? "it is negative" : "";
        return text.Length > 0 && char.IsAsciiDigit(text[0])
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount) ? amount : null;
    }

    public override string Format(object value) => ((decimal)value).ToString(CultureInfo.InvariantCulture);
}

/// <summary>USD in a period of the UTC calendar, or once and for all.</summary>
internal sealed record BudgetKind : ScalarKind
{
    public override string Name => "a budget";

    public override string Example => "200/month";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "number"), ["pattern"] = "^[0-9]+(\\.[0-9]+)?(/day|/month)?$", ["exclusiveMinimum"] = 0 };

    public override object? Parse(string text, out string why)
    {
        why = string.Create(CultureInfo.InvariantCulture, $"it must be an amount in USD from {Budget.LeastAmount} to {Budget.MostAmount:0}, alone or with /day or /month");
        return Budget.Parse(text);
    }
}

/// <summary>A probability that is neither impossible nor certain.</summary>
internal sealed record ChanceKind : ScalarKind
{
    public override string Name => "a probability above 0 and below 1";

    public override string Example => "0.95";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("number", "string"), ["exclusiveMinimum"] = 0, ["exclusiveMaximum"] = 1 };

    public override object? Parse(string text, out string why)
    {
        why = "";
        if (text.Length == 0 || !char.IsAsciiDigit(text[0]) || !double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double chance))
        {
            return null;
        }

        why = chance <= 0 ? "nothing is that improbable" : chance >= 1 ? "nothing is certain" : "";
        return why.Length == 0 ? chance : null;
    }

    public override string Format(object value) => ((double)value).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A part of a whole, within [0, 1].</summary>
internal sealed record FractionKind : ScalarKind
{
    public override string Name => "a share";

    public override string Example => "0.02";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("number", "string"), ["minimum"] = 0, ["maximum"] = 1 };

    public override object? Parse(string text, out string why)
    {
        why = "";
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal share))
        {
            return null;
        }

        why = share > 1 ? "the most is 1" : "";
        return share > 1 ? null : share;
    }

    public override string Format(object value) => ((decimal)value).ToString(CultureInfo.InvariantCulture);
}

/// <summary>The <c>_</c> that groups digits.</summary>
internal static class Digits
{
    /// <summary>Without the separators; empty when one stands at an edge or beside another.</summary>
    public static string Join(string text) =>
        text.StartsWith('_') || text.EndsWith('_') || text.Contains("__", StringComparison.Ordinal) || text.Contains("-_", StringComparison.Ordinal)
            ? ""
            : text.Replace("_", "", StringComparison.Ordinal);
}
