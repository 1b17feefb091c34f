using System.Text.Json.Nodes;

namespace Leeway.Gateway.Configuration.Schema;

internal sealed record TextKind : ScalarKind
{
    public override string Name => "text";

    public override string Example => "some-name";

    public override JsonObject Schema => new() { ["type"] = "string", ["minLength"] = 1 };

    public override object? Parse(string text, out string why)
    {
        why = "";
        if (text.Length == 0)
        {
            why = "it is empty";
            return null;
        }

        if (text.Any(char.IsControl))
        {
            why = "it holds a control character";
            return null;
        }

        return text;
    }
}

/// <summary>A path; relative ones begin at the folder of the file that says them.</summary>
internal sealed record PathKind : ScalarKind
{
    public override string Name => "a path";

    public override string Example => "prices.yaml";

    public override bool IsPath => true;

    public override JsonObject Schema => new() { ["type"] = "string", ["minLength"] = 1 };

    public override object? Parse(string text, out string why) => new TextKind().Parse(text, out why);
}

/// <summary>The text of a secret; the binder wraps it into <see cref="Secret"/> with its origin.</summary>
internal sealed record SecretKind : ScalarKind
{
    public override string Name => "a secret";

    public override string Example => "${env:OPENAI_API_KEY}";

    public override bool IsSecret => true;

    public override JsonObject Schema => new() { ["type"] = "string", ["minLength"] = 1 };

    public override object? Parse(string text, out string why) => new TextKind().Parse(text, out why);

    public override string Format(object value) =>
        value is Secret secret ? $"{secret.Origin} (set, {secret.Length} chars)" : throw new ArgumentException("Not a secret.", nameof(value));
}

/// <summary>One of a few words.</summary>
internal sealed record ChoiceKind(IReadOnlyDictionary<string, object> Values) : ScalarKind
{
    public override string Name => Values.Count == 1 ? Words[0] : $"one of {string.Join(", ", Words)}";

    public override string Example => Words[0];

    public override IReadOnlyList<string> Words => [.. Values.Keys];

    public override JsonObject Schema => new() { ["enum"] = new JsonArray([.. Words.Select(word => JsonValue.Create(word))]) };

    public static ChoiceKind Of<T>(params (string Word, T Value)[] values)
        where T : notnull => new(new OrderedDictionary<string, object>(values.Select(v => KeyValuePair.Create(v.Word, (object)v.Value))));

    public override object? Parse(string text, out string why)
    {
        why = "";
        return Values.GetValueOrDefault(text);
    }

    public override string Format(object value) => Values.First(pair => pair.Value.Equals(value)).Key;
}

/// <summary>Only <c>true</c> and <c>false</c>: <c>yes</c>, <c>no</c>, <c>on</c> and <c>off</c> are text in YAML 1.2.</summary>
internal sealed record BooleanKind : ScalarKind
{
    public override string Name => "true or false";

    public override string Example => "true";

    public override IReadOnlyList<string> Words => ["true", "false"];

    public override JsonObject Schema => new() { ["type"] = "boolean" };

    public override object? Parse(string text, out string why)
    {
        why = "";
        return text switch { "true" => true, "false" => false, _ => null };
    }

    public override string Format(object value) => (bool)value ? "true" : "false";
}
