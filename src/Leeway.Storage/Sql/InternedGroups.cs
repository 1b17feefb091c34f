namespace Leeway.Storage.Sql;

/// <summary>Interned groups.</summary>
internal sealed class InternedGroups : Interned<GroupKey>
{
    /// <inheritdoc/>
    protected override long? Find(Session session, GroupKey value)
    {
        Statement row = session.Read(InternedSql.FindGroup).With(value.Deployment).With(value.Endpoint).With(value.Model);
        return row.Next() ? row.Int64() : null;
    }

    /// <inheritdoc/>
    protected override long Insert(Session session, GroupKey value) =>
        session.Write(InternedSql.InsertGroup).With(value.Deployment).With(value.Endpoint).With(value.Model).RunNumbered();

    /// <inheritdoc/>
    protected override GroupKey Load(Session session, long number)
    {
        Statement row = session.Read(InternedSql.LoadGroup).With(number);
        return row.Next()
            ? new GroupKey(row.Text(), row.Text(), row.Text())
            : throw new InvalidDataException($"Group {number} is missing.");
    }
}
