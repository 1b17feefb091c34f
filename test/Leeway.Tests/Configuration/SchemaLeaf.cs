using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Tests.Configuration;

/// <summary>A single value of the schema, with the path to it; names an operator chooses are the schema's examples, positions are 0.</summary>
internal sealed record SchemaLeaf(IReadOnlyList<string> Segments, ScalarKind Kind, object? Default, string Example, bool Restart)
{
    public static IReadOnlyList<SchemaLeaf> All() => [.. Walk(LeewaySchema.Root, LeewaySchema.Root.Create(), [], "", false)];

    /// <summary>At another position of the outermost list.</summary>
    public SchemaLeaf AtPosition(int position) => this with
    {
        Segments = [.. Segments.Select((segment, i) => segment == "0" && !Segments.Take(i).Contains("0") ? $"{position}" : segment)],
    };

    public override string ToString() => string.Join('.', Segments);

    private static IEnumerable<SchemaLeaf> Walk(Shape shape, object? value, string[] path, string example, bool restart) => shape switch
    {
        ScalarShape scalar => [new SchemaLeaf(path, scalar.Kind, value, example.Length > 0 ? example : scalar.Kind.Example, restart)],
        RecordShape record => record.Fields.SelectMany(field =>
            Walk(field.Shape, field.Get(value ?? record.Create()), [.. path, field.Name], field.Example, field.Restart)),
        MapShape map => Walk(map.Value, null, [.. path, map.ExampleKey], example, restart),
        ListShape { OneOrMany: true } list => Walk(list.Element, list.Single(value), path, example, restart),
        ListShape list => Walk(list.Element, null, [.. path, "0"], example, restart),
        _ => throw new InvalidOperationException(),
    };
}
