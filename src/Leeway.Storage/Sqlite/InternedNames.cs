namespace Leeway.Storage.Sqlite;

/// <summary>Interned labels, models, deployments and price versions.</summary>
internal sealed class InternedNames : Interned<string>
{
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
