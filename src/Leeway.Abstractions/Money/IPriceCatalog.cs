namespace Leeway;

/// <summary>Prices by model and instant.</summary>
public interface IPriceCatalog
{
    /// <summary>The price of <paramref name="model"/> in force at <paramref name="at"/>, or null when unknown.</summary>
    ModelPrice? Find(string model, DateTimeOffset at);

    /// <summary>
    /// The price of a deployment's model: under <paramref name="prefix"/> and the model's name where the catalogue has that, else under the
    /// model's own name. <paramref name="name"/> is both joined, so that the usual look-up joins nothing.
    /// </summary>
    /// <param name="name">Prefix and model, e.g. <c>vertex_ai/gemini-2.5-pro</c>.</param>
    /// <param name="prefix">How many characters of it are the prefix; 0 for none.</param>
    /// <param name="at">Decides which of the dated prices holds.</param>
    ModelPrice? Find(string name, int prefix, DateTimeOffset at);

    /// <summary>Every known model name, sorted.</summary>
    IReadOnlyList<string> Models { get; }

    /// <summary>Another number whenever the prices have changed.</summary>
    long Revision { get; }
}
