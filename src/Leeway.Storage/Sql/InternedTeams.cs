namespace Leeway.Storage.Sql;

/// <summary>Interned names of teams.</summary>
internal sealed class InternedTeams : Interned<string>
{
    /// <inheritdoc/>
    protected override long? Find(Session session, string value)
    {
        Statement row = session.Read(InternedSql.FindTeam).With(value);
        return row.Next() ? row.Int64() : null;
    }

    /// <inheritdoc/>
    protected override long Insert(Session session, string value) => session.Write(InternedSql.InsertTeam).With(value).RunNumbered();

    /// <inheritdoc/>
    protected override string Load(Session session, long number)
    {
        Statement row = session.Read(InternedSql.LoadTeam).With(number);
        return row.Next() ? row.Text() : throw new InvalidDataException($"Team {number} is missing.");
    }
}
