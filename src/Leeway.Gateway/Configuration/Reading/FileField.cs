namespace Leeway.Gateway.Configuration.Reading;

/// <summary>One value of a <see cref="FieldFile"/>; a name without a value is left out.</summary>
/// <param name="Name">As written.</param>
/// <param name="Text">The value's text.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
public sealed record FileField(string Name, string Text, int Line, int Column);
