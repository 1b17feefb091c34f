namespace Leeway;

/// <summary>Prices by model and instant.</summary>
public interface IPriceCatalog
{
    /// <summary>The price of <paramref name="model"/> in force at <paramref name="at"/>, or null when unknown.</summary>
    ModelPrice? Find(string model, DateTimeOffset at);

    /// <summary>Every known model name, sorted.</summary>
    IReadOnlyList<string> Models { get; }
}
