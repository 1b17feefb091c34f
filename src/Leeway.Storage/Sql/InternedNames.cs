using System.Diagnostics.CodeAnalysis;

namespace Leeway.Storage.Sql;

/// <summary>Interned labels, models, deployments and price versions.</summary>
internal sealed class InternedNames : Interned<string>
{
    /// <summary>The number of a name that was used since the start, and the name; false when it was not. For the writer only.</summary>
    public bool TryGetKnown(ReadOnlySpan<char> name, [NotNullWhen(true)] out string? known, out long number) =>
        Numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out known, out number);

    /// <inheritdoc/>
    protected override long? Find(Session session, string value)
    {
        Statement row = session.Read(InternedSql.FindName).With(value);
        return row.Next() ? row.Int64() : null;
    }

    /// <inheritdoc/>
    protected override long Insert(Session session, string value) => session.Write(InternedSql.InsertName).With(value).RunNumbered();

    /// <inheritdoc/>
    protected override string Load(Session session, long number)
    {
        Statement row = session.Read(InternedSql.LoadName).With(number);
        return row.Next() ? row.Text() : throw new InvalidDataException($"Name {number} is missing.");
    }
}
