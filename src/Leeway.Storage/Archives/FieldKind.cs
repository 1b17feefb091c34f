namespace Leeway.Storage.Archives;

/// <summary>What a field of a row holds. The numbers are written.</summary>
internal enum FieldKind : byte
{
    Null = 0,
    Integer = 1,
    Text = 2,
    Bytes = 3,
}
