namespace Leeway.Economics;

/// <summary>A price file that cannot be used. The message names the file, the model and the field.</summary>
public sealed class PriceCatalogException : Exception
{
    public PriceCatalogException(string file, string? model, string? field, string problem, Exception? inner = null)
        : base($"{file}: {(model is null ? "" : $"model '{model}': ")}{(field is null ? "" : $"'{field}' ")}{problem}", inner)
    {
        File = file;
        Model = model;
        Field = field;
        Problem = $"{(field is null ? "" : $"'{field}' ")}{problem}";
    }

    public string File { get; }

    public string? Model { get; }

    /// <summary>What is wrong, without the file and the model.</summary>
    public string Problem { get; }

    /// <summary>Dotted below the entry, e.g. <c>batch.input</c>.</summary>
    public string? Field { get; }
}
